import { mkdirSync, mkdtempSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startEndpoint } from '@ilab/testkit/endpoint';
import { expect, it, onTestFinished, vi } from 'vitest';
import { installedPlugins } from '../../src/index.ts';
import { ask } from './example.ts';
import { ENGINE, writePlugin } from './write-plugin.ts';

/** A home with plugins as the command line adds them: one from npm, one where it lies, one that is gone. */
function homeWith(manifest: object): { readonly home: string; readonly dataDir: string } {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'ilab-installed-')));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const dataDir = join(home, '.local', 'share', 'ilab');
  const npm = writePlugin(join(home, 'made'), { name: '@you/npm', manifest });
  const link = writePlugin(join(home, 'linked'), { name: '@you/link', manifest: {} });
  for (const { root, name, version, manifest: ilab } of [npm, link])
    writeFileSync(join(root, 'package.json'), JSON.stringify({ name, version, type: 'module', ilab }));
  mkdirSync(join(dataDir, 'node_modules', '@you'), { recursive: true });
  renameSync(npm.root, join(dataDir, 'node_modules', '@you', 'npm'));
  const plugins = [
    { name: '@you/npm', type: 'user', tag: '1.2.3' },
    { name: '@you/link', type: 'link', root: link.root },
    { name: '@you/gone', type: 'user' },
    { name: '@you/other-name', type: 'link', root: link.root },
    'nonsense',
  ];
  writeFileSync(join(dataDir, 'package.json'), JSON.stringify({ oclif: { schema: 1, plugins } }));
  return { home, dataDir };
}

it('are what was added, before what comes along', async () => {
  const { home, dataDir } = homeWith({ engines: [ENGINE] });
  const found = await installedPlugins({ env: {}, home });
  expect(found.map(({ name, type }) => [name, type])).toEqual([
    ['@you/npm', 'user'],
    ['@you/link', 'link'],
    ['@ilab/plugin-hf', 'core'],
    ['@ilab/plugin-oci', 'core'],
  ]);
  expect(found[0]).toMatchObject({ root: join(dataDir, 'node_modules', '@you', 'npm'), version: '1.2.3', manifest: { engines: [ENGINE] } });
});

it('are those that come along where nothing was added, or nothing can be read', async () => {
  expect((await installedPlugins({ env: {}, home: '/nowhere' })).map(({ type }) => type)).toEqual(['core', 'core']);
  const { home, dataDir } = homeWith({});
  writeFileSync(join(dataDir, 'package.json'), '{"oclif":');
  expect(await installedPlugins({ env: {}, home })).toHaveLength(2);
});

it('are what the example of the documentation runs a model with', async () => {
  const example = readFileSync(new URL('example.ts', import.meta.url), 'utf8');
  expect(readFileSync(new URL('../../../../docs/engines.md', import.meta.url), 'utf8')).toContain(example.trim());
  const { home } = homeWith({ engines: [ENGINE] });
  const model = join(home, 'models', 'm.gguf');
  mkdirSync(dirname(model));
  writeFileSync(model, Buffer.concat([Buffer.from('GGUF'), Buffer.from([3, 0, 0, 0]), Buffer.alloc(16)]));
  const endpoint = await startEndpoint({ names: [model] });
  onTestFinished(() => endpoint.close());
  for (const [name, value] of Object.entries({ HOME: home, XDG_DATA_HOME: '', ILAB_DATA_DIR: '', ILAB_TEST_ENDPOINT: endpoint.url })) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(await ask(model, 'What is this?')).toBe('It is a test.');
});
