import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createIlab, type IlabOptions, type MovedStore } from '../src/index.ts';

const OLD = '.cache/instructlab/models';
const CONFIG = '.config/instructlab/config.yaml';

/** A home with a model that an older tool left in its store, and a configuration. */
function homeWith(config?: string): string {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'ilab-sdk-store-')));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  for (const path of [OLD, 'set', 'env', 'flag', 'cfg']) {
    mkdirSync(join(home, path), { recursive: true });
    writeFileSync(join(home, path, 'old.gguf'), Buffer.concat([Buffer.from('GGUF'), Buffer.from([3, 0, 0, 0])]));
  }
  mkdirSync(dirname(join(home, CONFIG)), { recursive: true });
  if (config !== undefined) writeFileSync(join(home, CONFIG), config);
  return home;
}

async function move(home: string, options: IlabOptions = {}): Promise<MovedStore> {
  await using ilab = await createIlab({ home, cwd: home, env: {}, ...options });
  return ilab.store.move(await ilab.store.planMove({ directory: 'new' }));
}

async function listed(home: string): Promise<readonly string[]> {
  await using ilab = await createIlab({ home, cwd: home, env: {} });
  return (await ilab.models.list()).models.map(({ path }) => path);
}

it('writes a configuration where there was none, so that the models are found again', async () => {
  const home = homeWith();
  expect((await move(home)).setting).toEqual({ changed: true, file: join(home, CONFIG) });
  expect(readFileSync(join(home, CONFIG), 'utf8')).toMatch(
    new RegExp(`^# yaml-language-server: .*\nversion: 2\\.0\\.0\nmodels:\n  dir: ${join(home, 'new')}\n$`),
  );
  expect(await listed(home)).toEqual([join(home, 'new/old.gguf')]);
});

it('changes the one key, and keeps comments and everything else', async () => {
  const text = (dir: string) => `# mine\nversion: 2.0.0\nmodels:\n  dir: ${dir} # on the big disk\n  pull: never\nchat: {model: 'x'}\n`;
  const home = homeWith(text('~/set'));
  expect((await move(home)).from).toBe(join(home, 'set'));
  expect(readFileSync(join(home, CONFIG), 'utf8')).toBe(text(join(home, 'new')));
  expect(await listed(home)).toEqual([join(home, 'new/old.gguf')]);
});

it('writes where a linked configuration really is', async () => {
  const home = homeWith();
  writeFileSync(join(home, 'dotfile'), 'version: 2.0.0\n');
  symlinkSync(join(home, 'dotfile'), join(home, CONFIG));
  await move(home);
  expect(readFileSync(join(home, 'dotfile'), 'utf8')).toContain(`dir: ${join(home, 'new')}`);
});

it.each([
  ['the environment', { env: { ILAB_MODELS_DIR: 'env' } }, 'ILAB_MODELS_DIR'],
  ['a flag', { settings: { dir: 'flag' } }, '--store'],
])('leaves the configuration alone where %s decides, and says what to set', async (_what, options, word) => {
  const home = homeWith('version: 2.0.0\n');
  const { setting } = await move(home, options);
  expect(setting).toEqual({ changed: false, advice: expect.stringMatching(`${word}.*${join(home, 'new')}`) });
  expect(readFileSync(join(home, CONFIG), 'utf8')).toBe('version: 2.0.0\n');
});

it('leaves a configuration of version 1 alone, which has no such key', async () => {
  const home = homeWith('version: 1.0.0\n');
  expect((await move(home)).setting).toMatchObject({ changed: false, advice: expect.stringContaining('ILAB_MODELS_DIR') });
});
