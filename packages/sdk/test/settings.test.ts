import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describe as describeSetting, SETTING_KEYS } from '../src/config/schema/settings.ts';
import { loadSettings } from '../src/config/load-settings.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'ilab-settings-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

async function configure(text: string): Promise<void> {
  await mkdir(join(home, '.config', 'instructlab'), { recursive: true });
  await writeFile(join(home, '.config', 'instructlab', 'config.yaml'), text);
}

const load = (more: Partial<Parameters<typeof loadSettings>[0]> = {}) => loadSettings({ env: {}, home, cwd: home, ...more });

describe('settings', () => {
  it('have defaults where InstructLab keeps its models', async () => {
    const { models, file } = await load();
    expect(models).toMatchObject({
      dir: join(home, '.cache/instructlab/models'),
      checkpointsDir: join(home, '.local/share/instructlab/checkpoints'),
      pull: 'missing',
      offline: false,
    });
    expect(file).toEqual({ path: join(home, '.config/instructlab/config.yaml'), exists: false });
  });

  it('follow XDG', async () => {
    const { models } = await load({ env: { XDG_CACHE_HOME: '/c', XDG_DATA_HOME: '/d' } });
    expect(models).toMatchObject({ dir: '/c/instructlab/models', checkpointsDir: '/d/instructlab/checkpoints' });
  });

  it('come from flag, environment, file, default, in this order, and say so', async () => {
    await configure('version: 2.0.0\nmodels:\n  dir: ~/file\n  pull: newer\n');
    const origin = async (more: Parameters<typeof load>[0]) => {
      const { models, settings } = await load(more);
      return [models.dir, settings.find(({ key }) => key === 'models.dir')?.origin];
    };
    expect(await origin({})).toEqual([join(home, 'file'), `file ${join(home, '.config/instructlab/config.yaml')}`]);
    expect(await origin({ env: { ILAB_MODELS_DIR: 'env' } })).toEqual([join(home, 'env'), 'environment ILAB_MODELS_DIR']);
    expect(await origin({ env: { ILAB_MODELS_DIR: 'env' }, overrides: { dir: '/flag' } })).toEqual(['/flag', 'flag']);
    expect((await load()).models.pull).toBe('newer');
  });

  it('read registries and aliases, in both of their forms', async () => {
    await configure(
      'models:\n  aliases: {a: quay.io/a/b:v1, b: {model: "hf://c/d", family: llama}}\n  registries: {Hub.Corp.example: {source: hf, insecure: true, ca: null}}\n',
    );
    const { models } = await load();
    expect(models.aliases).toEqual({ a: 'quay.io/a/b:v1', b: 'hf://c/d' });
    expect(models.registries).toEqual({ 'hub.corp.example': { source: 'hf', insecure: true } });
  });

  it('let sections and keys pass that are none of theirs', async () => {
    await configure('version: 2.0.0\nserve: {backend: vllm}\nmodels: {later: 1}\n');
    await expect(load()).resolves.toBeDefined();
  });

  it.each([
    ['models:\n  pull: sometimes', /config\.yaml:2:3: models\.pull must be missing, never, newer or always, not “sometimes”/],
    ['models:\n  dir: 7', /models\.dir/],
    ['models: [', /config\.yaml:1:10: Flow sequence/],
    ['models:\n  registries: {a: {insecure: yes please}}', /models\.registries\.a\.insecure/],
  ])('name file and key of %j', async (text, says) => {
    await configure(text);
    await expect(load()).rejects.toMatchObject({ code: 'E_BAD_CONFIG', message: expect.stringMatching(says) });
    await expect(load()).rejects.toMatchObject({ message: expect.stringContaining('config.yaml') });
  });

  it('of models come from a variable, the file and the default, each with its place', async () => {
    await configure('version: 1.0.0\ntrain:\n  model_path: $WORK/student\nserve: {model_path: a/b}\n');
    const { settings, find } = await load({ env: { WORK: '/w', ILAB_SERVE_MODEL: 'c/d' } });
    const path = join(home, '.config/instructlab/config.yaml');
    const of = (key: string) => settings.find((setting) => setting.key === key);
    expect(of('train.model')).toEqual({ key: 'train.model', value: '/w/student', origin: `file ${path}`, line: 3, column: 3, formerly: 'train.model_path' });
    expect(of('serve.model')).toEqual({ key: 'serve.model', value: 'c/d', origin: 'environment ILAB_SERVE_MODEL' });
    expect(of('evaluate.model')).toEqual({ key: 'evaluate.model', value: undefined, origin: 'default' });
    expect(find('train.nothing')).toBeUndefined();
  });

  it('of checkpoints are those of a file of InstructLab, as it meant them', async () => {
    await configure('version: 1.0.0\ntrain:\n  ckpt_output_dir: ~/$KIND/checkpoints\n');
    const { models, settings } = await load({ env: { KIND: 'fast' } });
    expect(models.checkpointsDir).toBe(join(home, 'fast/checkpoints'));
    expect(settings.find(({ key }) => key === 'models.checkpoints_dir')).toMatchObject({ line: 3, formerly: 'train.ckpt_output_dir' });
  });

  it('have the defaults that are documented', async () => {
    const { settings } = await load();
    const spelled = (value: unknown) => (typeof value === 'string' ? value.replace(`${home}/`, '~/') : value);
    expect(Object.fromEntries(settings.map(({ key, value }) => [key, spelled(value)]))).toEqual(
      Object.fromEntries(SETTING_KEYS.map((key) => [key, describeSetting(key).fallback])),
    );
  });

  it('have the variables that are documented', async () => {
    const variables = SETTING_KEYS.flatMap((key) => describeSetting(key).environment ?? []);
    const values: Record<string, string> = { ILAB_PULL: 'never', ILAB_OFFLINE: '1', ILAB_DONORS: 'no', ILAB_MAX_CONNECTIONS: '3', ILAB_LIMIT_RATE: '5M' };
    const { settings } = await load({ env: Object.fromEntries(variables.map((name) => [name, values[name] ?? '/x'])) });
    const decided = settings.flatMap(({ origin }) => (origin.startsWith('environment ') ? [origin.slice('environment '.length)] : []));
    expect(decided.sort()).toEqual([...variables].sort());
  });

  it('refuse a policy in the environment that there is not', async () => {
    await expect(load({ env: { ILAB_PULL: 'often' } })).rejects.toMatchObject({ code: 'E_USAGE' });
  });
});
