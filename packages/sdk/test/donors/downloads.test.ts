import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { snapshotOf, startHub } from '@ilab/hub';
import { describe, expect, it } from 'vitest';
import { bundledPlugins } from '../../src/plugins/bundled-plugins.ts';
import { createIlab, isIlabError, type PluginPackage, pluginParts } from '../../src/index.ts';
import { MANIFEST, writeDonor } from './write-donor.ts';

const FILES = { 'config.json': '{}', 'model.safetensors': 'weights '.repeat(500) };

/** Downloads a model of a hub beside a donor that has, or names, a file. */
async function download(find: string, content?: string) {
  await using given = await writeDonor(find);
  if (content !== undefined) await writeFile(join(given.folder, 'weights'), content);
  const hub = await startHub({ models: [{ repository: 'acme/model', versions: new Map([['v1', snapshotOf(FILES)]]) }] });
  const warnings: string[] = [];
  const logger = { warn: (message: string) => void warnings.push(message), info() {}, debug() {} };
  const { home } = given;
  await using ilab = await createIlab({ home, cwd: home, env: { HF_ENDPOINT: hub.url }, logger, plugins: [...bundledPlugins(), given.plugin] });
  try {
    const done = await ilab.models.download({ reference: `${hub.host}/acme/model:v1` });
    return { code: 'done', fetched: done.fetched, warnings };
  } catch (error) {
    if (!isIlabError(error)) throw error;
    return { code: error.code, warnings };
  } finally {
    await hub.close();
  }
}

const HAS = `return size === ${FILES['model.safetensors'].length} ? folder + "/weights" : undefined;`;

describe('a download beside a donor of a plugin', () => {
  it('takes the bytes that are here', async () => {
    const without = await download('return undefined;');
    const { code, fetched, warnings } = await download(HAS, FILES['model.safetensors']);
    expect([code, warnings]).toEqual(['done', []]);
    expect((without.fetched ?? 0) - (fetched ?? 0)).toBe(FILES['model.safetensors'].length);
  });

  it('takes no others, tells of them, and fetches what it wanted', async () => {
    const { code, warnings } = await download(HAS, 'WEIGHTS '.repeat(500));
    expect([code, warnings]).toEqual(['done', [expect.stringContaining('Attic')]]);
  });

  it('ends where the plugin is broken', async () => {
    expect(await download('return "/etc/passwd";')).toMatchObject({ code: 'E_PLUGIN_BROKEN' });
  });
});

describe('a plugin’s donors', () => {
  const plugin = (donors: unknown): PluginPackage => ({ name: 'p', version: '1.0.0', root: '/nowhere', manifest: { apiVersion: 1, donors }, type: 'user' });

  it.each<[what: string, donors: unknown, says: RegExp | undefined]>([
    ['all that they need', [MANIFEST], undefined],
    ['no name', [{ ...MANIFEST, donor: '' }], /is no name/],
    ['no tool', [{ ...MANIFEST, tool: ' ' }], /no name of a tool/],
    ['no folders', [{ ...MANIFEST, folders: [] }], /1 to 8 folders/],
    ['the home directory', [{ ...MANIFEST, folders: ['.'] }], /1 to 8 folders/],
    ['the disk', [{ ...MANIFEST, folders: ['/'] }], /1 to 8 folders/],
    ['a way out', [{ ...MANIFEST, folders: ['.attic/../..'] }], /1 to 8 folders/],
    ['keys of SSH', [{ ...MANIFEST, folders: ['.ssh'] }], /not for plugins of others/],
    ['our own', [{ ...MANIFEST, folders: ['.cache/instructlab'] }], /not for plugins of others/],
  ])('are declared with %s', (_what, donors, says) => {
    const { problem, registries } = pluginParts(plugin(donors));
    const said = problem ?? registries[0]?.reason;
    if (says) expect(said).toMatch(says);
    else expect(said).toBeUndefined();
  });
});
