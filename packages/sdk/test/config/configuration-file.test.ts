import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { configurationFile } from '../../src/index.ts';

const OLD = '# mine\nversion: 1.0.0\nserve:\n  model_path: /m/x.gguf # here\n';

function fileWith(text?: string) {
  const home = mkdtempSync(join(tmpdir(), 'ilab-config-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const folder = join(home, '.config', 'instructlab');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'config.yaml');
  if (text !== undefined) writeFileSync(path, text);
  return { folder, path, file: configurationFile({ env: {}, home, cwd: home }), now: () => readFileSync(path, 'utf8'), all: () => visible(folder) };
}

/** Files that a person sees. */
const visible = (folder: string): readonly string[] =>
  readdirSync(folder)
    .filter((name) => !name.startsWith('.'))
    .sort();

describe('migrating a file', () => {
  it('keeps the old one beside it, with its permissions, and does it once', async () => {
    const { path, file, now, all } = fileWith(OLD);
    chmodSync(path, 0o600);
    const { conversion, backup = '' } = await file.migrate();
    expect(conversion).toMatchObject({ from: '1.0.0', to: '2.0.0', moved: [{ from: 'serve.model_path', to: 'serve.model', line: 4 }] });
    expect([readFileSync(backup, 'utf8'), statSync(backup).mode & 0o777, statSync(path).mode & 0o777]).toEqual([OLD, 0o600, 0o600]);
    expect(now()).toMatch(/^# yaml-language-server: .*\n# mine\nversion: 2\.0\.0\nserve:\n {2}model: \/m\/x\.gguf # here\n$/);
    const before = now();
    expect((await file.migrate()).conversion).toBeUndefined();
    expect([now(), all()]).toEqual([before, ['config.yaml', 'config.yaml.1.0.0.bak']]);
  });

  it('replaces no backup', async () => {
    const { path, file, all } = fileWith(OLD);
    await file.migrate();
    writeFileSync(path, OLD);
    await file.migrate();
    expect(all()).toEqual(['config.yaml', 'config.yaml.1.0.0.bak', 'config.yaml.1.0.0.bak.2']);
  });

  it('writes nothing when it is to show only', async () => {
    const { file, now, all } = fileWith(OLD);
    expect((await file.migrate({ dryRun: true })).after).toContain('model: /m/x.gguf');
    expect([now(), all()]).toEqual([OLD, ['config.yaml']]);
  });

  it('writes where a linked file really is', async () => {
    const { folder, path, file } = fileWith();
    writeFileSync(join(folder, 'dotfile'), OLD);
    symlinkSync('dotfile', path);
    await file.migrate();
    expect(readFileSync(join(folder, 'dotfile'), 'utf8')).toContain('2.0.0');
  });

  it.each([
    ['YAML that is none', 'version: 1.0.0\nserve:\n  model_path: [x\n', /:4:1: /],
    ['a key that holds something else', 'version: 1.0.0\r\nserve:\r\n  model_path: [x]\r\n', /:3:3: serve\.model must be text, not a list/],
    ['a version to come', 'version: 9\n', /:1:10: It is of version 9/],
  ])('names line and key of %s, and leaves every byte', async (_what, text, says) => {
    const { file, now, all } = fileWith(text);
    await expect(file.migrate()).rejects.toMatchObject({ code: 'E_BAD_CONFIG', message: expect.stringMatching(says), details: { line: expect.any(Number) } });
    expect([now(), all()]).toEqual([text, ['config.yaml']]);
  });

  it('says what to do when there is none', async () => {
    await expect(fileWith().file.migrate()).rejects.toMatchObject({ code: 'E_NOT_FOUND', hint: expect.stringContaining('ilab config init') });
  });
});

describe('setting a key', () => {
  const TEXT = '# mine\nversion: 2.0.0\n\nmodels:   # all of them\n    pull:  never\n\nserve: {backend: vllm, vllm: {gpus: 4}}\n';

  it.each<[string, string, string, unknown]>([
    ['models.pull', 'always', TEXT.replace(' never', ' always'), 'always'],
    ['models.offline', 'true', TEXT.replace('never\n', 'never\n    offline: true\n'), true],
    ['models.dir', '7', TEXT.replace('never\n', 'never\n    dir: "7"\n'), '7'],
    ['serve.model', 'a/b:v1', TEXT.replace('gpus: 4}', 'gpus: 4}, model: a/b:v1'), 'a/b:v1'],
    ['serve.vllm.gpus', '8', TEXT.replace('4', '8'), 8],
    ['models.aliases.granite-3.1', 'hf://a/b', TEXT.replace('never\n', 'never\n    aliases:\n      granite-3.1: hf://a/b\n'), 'hf://a/b'],
    ['models.registries.quay.io.insecure', 'true', TEXT.replace('never\n', 'never\n    registries:\n      quay.io:\n        insecure: true\n'), true],
    ['chat.model', 'x: y', `${TEXT}chat:\n  model: "x: y"\n`, 'x: y'],
  ])('%s to %s changes that and nothing else', async (key, value, text, read) => {
    const { file, now } = fileWith(TEXT);
    expect([await file.set(key, value), now()]).toEqual([read, text]);
  });

  it.each([
    ['models.pull', 'sometimes', /missing, never, newer or always/],
    ['models.dri', '/m', /Did you mean models\.dir/],
    ['models.later', 'x', /nothing reads it/],
    ['chat', 'x', /must be a section/],
    ['models.dir', '', /must not be empty/],
  ])('%s to “%s” is refused, and nothing is written', async (key, value, says) => {
    const { file, now } = fileWith(TEXT);
    await expect(file.set(key, value)).rejects.toMatchObject({ code: 'E_USAGE', message: expect.stringMatching(says) });
    expect(now()).toBe(TEXT);
  });

  it('in an older file says to migrate it first', async () => {
    const { file, now } = fileWith(OLD);
    await expect(file.set('chat.model', 'x')).rejects.toMatchObject({ code: 'E_USAGE', hint: expect.stringContaining('ilab config migrate') });
    expect(now()).toBe(OLD);
  });
});

describe('several at once', () => {
  it('change one file in turn, and none is lost', async () => {
    const { path, file } = fileWith('version: 2.0.0\n');
    await Promise.all(
      Array.from({ length: 8 }, (_value, index) => configurationFile({ env: { ILAB_CONFIG: path } }).set(`models.aliases.a${index}`, `x/y${index}`)),
    );
    const lines = ((await file.read()) ?? '').split('\n').filter((line) => / a\d: x\/y\d$/.test(line));
    expect(lines).toHaveLength(8);
  });

  it('do not overwrite what came while a text was edited', async () => {
    const { file, now } = fileWith('version: 2.0.0\n');
    await expect(file.replace('version: 2.0.0\nchat: {}\n', 'version: 2.0.0 # before\n')).rejects.toMatchObject({ code: 'E_CONFLICT' });
    expect(now()).toBe('version: 2.0.0\n');
  });
});

describe('a new file', () => {
  it('says what was chosen and is never written over another', async () => {
    const { file, now, all } = fileWith();
    await file.init({ model: 'a/b-GGUF:Q4_K_M' });
    expect(now()).toMatch(/^# yaml-language-server: .*\n# .*\nversion: 2\.0\.0\nchat:\n {2}model: a\/b-GGUF:Q4_K_M\nserve:\n {2}model: a\/b-GGUF:Q4_K_M\n$/);
    await expect(file.init({ model: 'c' })).rejects.toMatchObject({ code: 'E_USAGE', hint: expect.stringContaining('--force') });
    const { backup = '' } = await file.init({ model: 'c', force: true });
    expect([readFileSync(backup, 'utf8').includes('a/b-GGUF'), all()]).toEqual([true, ['config.yaml', 'config.yaml.bak']]);
  });
});
