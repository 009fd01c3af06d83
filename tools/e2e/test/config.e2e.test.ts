import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWorkspace, layOutInstructLab, root, storeOf, type Workspace } from '../src/index.ts';

const GOLDEN = join(root, 'packages', 'sdk', 'test', 'config', 'golden');
const OLD = readFileSync(join(GOLDEN, '0.26-as-init-wrote-it.old.yaml'), 'utf8');
let workspace: Workspace;
let config: string;
beforeEach(async () => {
  workspace = await createWorkspace();
  config = join(workspace.home, '.config', 'instructlab', 'config.yaml');
});
afterEach(() => workspace.remove());

function configure(text: string): void {
  mkdirSync(dirname(config), { recursive: true });
  writeFileSync(config, text);
}

/** Files that a person sees beside the configuration. */
const visible = (): readonly string[] => readdirSync(dirname(config)).filter((name) => !name.startsWith('.'));

async function result<T>(args: readonly string[]): Promise<T> {
  const { stdout } = await workspace.ilab([...args, '--json']);
  return (JSON.parse(stdout) as { readonly result: T }).result;
}

type Setting = { readonly key: string; readonly value: unknown; readonly line?: number; readonly formerly?: string };
type Migrated = { readonly changed: boolean; readonly diff: string; readonly from?: string; readonly backup?: string };

describe('a configuration of an older InstructLab', () => {
  it('works as it is: shown with file, line and old key, and never written to', async () => {
    configure(OLD);
    const { stdout } = await workspace.ilab(['config', 'show', '--origin']);
    expect(stdout).toMatch(/^train\.judge_model +\/home\/user\/\S+ +\S+config\.yaml:79 \(train\.phased_mt_bench_judge\)$/m);
    expect(await result<Setting>(['config', 'get', 'serve.model'])).toMatchObject({ line: 69, formerly: 'serve.model_path' });
    expect((await workspace.ilab(['config', 'get', 'generate.teacher.server.port'])).stdout).toBe('8000\n');
    await workspace.ilab(['model', 'list']);
    await workspace.ilab(['doctor', '--offline']);
    expect([readFileSync(config, 'utf8'), visible()]).toEqual([OLD, ['config.yaml']]);
  });

  it('is migrated after a look at the difference, and means the same', async () => {
    configure(OLD);
    const shown = await workspace.ilab(['config', 'migrate', '--dry-run']);
    expect(shown).toMatchObject({ code: 0, stdout: expect.stringMatching(/^-version: 1\.0\.0\n\+version: 2\.0\.0$/m) });
    expect(readFileSync(config, 'utf8')).toBe(OLD);
    const before = (await result<{ settings: Setting[] }>(['config', 'show'])).settings.map(({ key, value }) => [key, value]);
    const migrated = await result<Migrated>(['config', 'migrate']);
    expect(migrated).toMatchObject({ changed: true, from: '1.0.0', backup: `${config}.1.0.0.bak` });
    expect(readFileSync(config, 'utf8')).toBe(readFileSync(join(GOLDEN, '0.26-as-init-wrote-it.new.yaml'), 'utf8'));
    expect(readFileSync(`${config}.1.0.0.bak`, 'utf8')).toBe(OLD);
    expect((await result<{ settings: Setting[] }>(['config', 'show'])).settings.map(({ key, value }) => [key, value])).toEqual(before);
    expect(await result<Migrated>(['config', 'migrate'])).toEqual({ file: config, changed: false, diff: '' });
  });

  it('gives its models as aliases, and names what a profile hard-coded', async () => {
    layOutInstructLab(workspace.home);
    configure('version: 1.0.0\nmodels:\n  - {id: mine, family: granite, path: ~/.cache/instructlab/models/instructlab/merlinite-7b-lab}\n');
    expect((await workspace.ilab(['model', 'path', 'mine'])).stdout).toBe(`${join(storeOf(workspace), 'instructlab', 'merlinite-7b-lab')}\n`);
  });

  it('that is broken names line and key, and is left byte for byte', async () => {
    const text = 'version: 1.0.0\r\nserve:\r\n\tmodel_path: x\r\n';
    configure(text);
    for (const command of ['migrate', 'show']) {
      const { code, stderr } = await workspace.ilab(['config', command]);
      expect([code, stderr]).toEqual([2, expect.stringMatching(/^Error \[E_BAD_CONFIG\] .*config\.yaml:3:1: /)]);
    }
    expect([readFileSync(config, 'utf8'), visible()]).toEqual([text, ['config.yaml']]);
  });
});

describe('settings', () => {
  it('are set, read, and told by variable when one wins', async () => {
    expect(await workspace.ilab(['config', 'set', 'chat.model', 'quay.io/acme/model:v1'])).toMatchObject({ code: 0 });
    expect(await workspace.ilab(['config', 'get', 'chat.model'])).toMatchObject({ stdout: 'quay.io/acme/model:v1\n' });
    const env = { ILAB_CHAT_MODEL: 'other' };
    expect(await workspace.ilab(['config', 'get', 'chat.model'], { env })).toMatchObject({ stdout: 'other\n' });
    const { stdout } = await workspace.ilab(['config', 'set', 'chat.model', './here.gguf', '--json'], { env });
    expect(JSON.parse(stdout)).toMatchObject({ result: { value: join(workspace.home, 'here.gguf') }, warnings: [expect.stringContaining('ILAB_CHAT_MODEL')] });
  });

  it('that are set by several at once are all kept', async () => {
    const keys = ['chat', 'serve', 'train', 'evaluate'].map((section) => `${section}.model`);
    const outcomes = await Promise.all(keys.map((key) => workspace.ilab(['config', 'set', key, `acme/${key}`])));
    expect(outcomes.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    for (const key of keys) expect(await result<Setting>(['config', 'get', key])).toMatchObject({ value: `acme/${key}` });
  });

  it.each<[readonly string[], RegExp]>([
    [['config', 'get', 'chat.modle'], /no setting “chat\.modle”.*Did you mean chat\.model\?/s],
    [['config', 'set', 'models.pul', 'never'], /no setting models\.pul\. Did you mean models\.pull\?/],
    [['config', 'set', 'models.pull', 'often'], /must be missing, never, newer or always, not “often”/],
    [['config', 'set', 'chat.model', 'quay.io/a//b'], /\^/],
    [['config', 'init', '--model', 'a/b', '--model-path', 'a/b'], /say the same thing/],
  ])('%j is refused with a word of advice', async (args, says) => {
    expect(await workspace.ilab(args)).toMatchObject({ code: 2, stderr: expect.stringMatching(says) });
    expect(existsSync(config)).toBe(false);
  });

  it('tell what nothing reads, as a warning', async () => {
    configure('version: 2.0.0\nmodels: {later: 1}\nchat: {modle: x}\nx-mine: 1\n');
    const { stdout } = await workspace.ilab(['model', 'list', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      warnings: [
        `${config}:2:10: There is no setting models.later, and nothing reads it.`,
        `${config}:3:8: There is no setting chat.modle. Did you mean chat.model?`,
      ],
    });
  });
});

describe('a new configuration', () => {
  it('is written without questions where nobody can answer, once', async () => {
    expect(await workspace.ilab(['config', 'init'])).toMatchObject({ code: 0, stdout: `${config}\n` });
    const text = readFileSync(config, 'utf8');
    expect(text).toMatch(/^# yaml-language-server: \$schema=https:/);
    expect(await workspace.ilab(['config', 'init'])).toMatchObject({ code: 2, stderr: expect.stringContaining('--force') });
    const old = await workspace.ilab(['config', 'init', '--force', '--model-path', 'a/b', '--json']);
    expect(JSON.parse(old.stdout)).toMatchObject({
      result: { model: 'a/b', backup: `${config}.bak`, hardware: { cores: expect.any(Number) } },
      warnings: [expect.stringContaining('--model')],
    });
    expect(readFileSync(`${config}.bak`, 'utf8')).toBe(text);
  });

  it('replaces one that can’t be read, if that is said', async () => {
    configure('models: [');
    expect(await workspace.ilab(['config', 'init', '--force', '--model', 'a/b'])).toMatchObject({ code: 0 });
    expect(await workspace.ilab(['config', 'get', 'serve.model'])).toMatchObject({ stdout: 'a/b\n' });
  });
});

describe('editing', () => {
  function editor(script: string): Record<string, string> {
    const path = join(workspace.home, 'my editor');
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
    return { EDITOR: `'${path}' --wait` };
  }

  it('replaces the file by a valid draft', async () => {
    configure('# mine\nversion: 2.0.0\n');
    const outcome = await workspace.ilab(['config', 'edit'], { env: editor('[ "$1" = --wait ] && echo "chat: {model: a/b}" >> "$2"') });
    expect([outcome.code, readFileSync(config, 'utf8'), visible()]).toEqual([0, '# mine\nversion: 2.0.0\nchat: {model: a/b}\n', ['config.yaml']]);
  });

  it('tells slips of the pen in what it takes', async () => {
    configure('version: 2.0.0\n');
    const outcome = await workspace.ilab(['config', 'edit'], { env: editor('echo "chat: {temprature: 0.5}" >> "$2"') });
    expect(outcome).toMatchObject({
      code: 0,
      stderr: expect.stringContaining(`${config}:2:8: There is no setting chat.temprature. Did you mean chat.temperature?`),
    });
  });

  it('keeps a draft that is not valid, and goes on with it', async () => {
    configure('version: 2.0.0\n');
    const broken = await workspace.ilab(['config', 'edit'], { env: editor('echo "models: {pull: x}" >> "$2"') });
    expect(broken).toMatchObject({ code: 2, stderr: expect.stringMatching(/config\.draft\.yaml:2:10: models\.pull.*draft is kept/s) });
    expect(readFileSync(config, 'utf8')).toBe('version: 2.0.0\n');
    const mended = await workspace.ilab(['config', 'edit'], { env: editor('sed -i s/x/never/ "$2"') });
    expect([mended.code, readFileSync(config, 'utf8')]).toEqual([0, 'version: 2.0.0\nmodels: {pull: never}\n']);
  });

  it('opens a file that is broken, which nothing else would read', async () => {
    configure('models: [\n');
    expect(await workspace.ilab(['config', 'edit'], { env: editor('echo "version: 2.0.0" > "$2"') })).toMatchObject({ code: 0 });
    expect(readFileSync(config, 'utf8')).toBe('version: 2.0.0\n');
  });

  it.each([
    ['changes nothing', 'true', 0],
    ['fails', 'exit 3', 2],
    ['is not there', 'exec /nowhere/editor', 2],
  ])('writes nothing when the editor %s', async (_what, script, code) => {
    configure('version: 2.0.0\n');
    expect(await workspace.ilab(['config', 'edit'], { env: editor(script) })).toMatchObject({ code });
    expect([readFileSync(config, 'utf8'), visible()]).toEqual(['version: 2.0.0\n', ['config.yaml']]);
  });
});

it('completes keys, and models where a setting names one', async () => {
  expect((await workspace.ilab(['complete', 'config', 'get', 'chat'])).stdout).toBe('chat.model\n');
  expect((await workspace.ilab(['complete', 'config', 'set', 'evaluate.mt'])).stdout).toBe(
    'evaluate.mt_bench.judge_model\nevaluate.mt_bench_branch.judge_model\n',
  );
  layOutInstructLab(workspace.home);
  expect((await workspace.ilab(['complete', 'config', 'set', 'serve.model', 'instructlab/'])).stdout).toBe('instructlab/merlinite-7b-lab\n');
});
