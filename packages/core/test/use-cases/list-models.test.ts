import { beforeEach, describe, expect, it } from 'vitest';
import { listModels, type ModelList, type ModelRow, type RemoteSnapshot, type StoredSnapshot, type UnmanagedModel } from '../../src/index.ts';
import { commit, createFakes, download, type Fakes, hold, NOW, remoteSnapshot, sha256 } from '../fakes/index.ts';

const MAIN = 'huggingface.co/org/name:main';
const QUANTISED = { 'm-Q4_K_M.gguf': 'four', 'n-Q8_0.gguf': 'eight' };

let fakes: Fakes;
beforeEach(() => {
  fakes = createFakes();
});

function list(): Promise<ModelList> {
  return listModels({ cache: fakes.deps.cache, manifests: fakes.deps.registries.manifests, registries: fakes.deps.settings.registries }, {});
}

async function bring(key: string, snapshot: RemoteSnapshot, text: string = key): Promise<void> {
  hold(fakes, { [key]: snapshot });
  await download(fakes, text);
}

function unmanaged(given: Partial<UnmanagedModel>): UnmanagedModel {
  return { kind: 'legacy', name: 'old', path: '/home/user/models/old', format: 'safetensors', version: 'n/a', size: 7, modified: NOW, ...given };
}

describe('listModels', () => {
  it('has a row for every version name, sorted by reference', async () => {
    await bring(
      'quay.io/team/m:v2',
      remoteSnapshot({ source: 'oci', host: 'quay.io', repository: 'team/m', version: 'v2', revision: `sha256:${sha256('2')}`, files: QUANTISED }),
    );
    await bring(MAIN, remoteSnapshot({ files: QUANTISED }));
    await bring('huggingface.co/org/name:v1', remoteSnapshot({ version: 'v1', kind: 'tag', files: QUANTISED }));
    const { models } = await list();
    expect(models.map(({ reference }) => reference)).toEqual(['huggingface.co/org/name:main', 'huggingface.co/org/name:v1', 'quay.io/team/m:v2']);
    expect(models[0]).toEqual({
      reference: 'huggingface.co/org/name:main',
      name: 'huggingface.co/org/name',
      version: 'main',
      revision: commit('a'),
      format: 'gguf',
      size: 9,
      uniqueSize: 0,
      modified: NOW,
      path: `/home/user/models/huggingface.co/org/name/@${commit('a')}`,
      source: 'hf',
    });
  });

  it('keeps adapters, checkpoints and what is broken apart', async () => {
    await bring(MAIN, remoteSnapshot({ files: { 'adapter_config.json': '{}' } }));
    const broken = { kind: 'broken', name: 'quay.io/x/@sha256-1', path: '/home/user/models/quay.io/x/@sha256-1', reason: 'it has no .metadata' } as const;
    fakes.state.others.push(
      unmanaged({}),
      unmanaged({ name: 'old-adapter', format: 'adapter' }),
      unmanaged({ kind: 'checkpoint', name: 'run-1/samples_128' }),
      broken,
    );
    const { models, adapters, checkpoints, broken: listed } = await list();
    expect(models.map(({ reference, version, source }) => [reference, version, source])).toEqual([['old', 'n/a', 'local']]);
    expect(adapters.map(({ reference }) => reference)).toEqual(['huggingface.co/org/name:main', 'old-adapter']);
    expect(checkpoints.map(({ reference, uniqueSize }) => [reference, uniqueSize])).toEqual([['run-1/samples_128', 7]]);
    expect(listed).toEqual([broken]);
  });

  it('tells the format of what came out of archives, of which nobody knew before', async () => {
    await bring(MAIN, remoteSnapshot({ files: { 'm-Q4_K_M.gguf': 'four' } }));
    const { items } = fakes.deps.cache;
    fakes.deps.cache.items = async function* (options) {
      for await (const item of items(options)) {
        const undescribed = (one: StoredSnapshot): StoredSnapshot => ({ ...one, metadata: { ...one.metadata, format: 'unknown' } });
        yield item.kind === 'repository' ? { ...item, snapshots: item.snapshots.map(undescribed) } : item;
      }
    };
    expect((await list()).models[0]?.format).toBe('gguf');
  });

  it('tells what was asked for, and a snapshot that has it is complete', async () => {
    await bring(MAIN, remoteSnapshot({ files: QUANTISED }), 'org/name#Q4_K_M');
    const [row] = (await list()).models;
    expect(row).toMatchObject({ selectors: ['Q4_K_M'], size: 4 });
    expect(row).not.toHaveProperty('incomplete');
  });

  it.each(['org/name', 'org/name#Q4_K_M'])('says of %s when a file that was asked for is gone', async (text) => {
    await bring(MAIN, remoteSnapshot({ files: QUANTISED }), text);
    for (const { files } of fakes.state.snapshots.values()) files.delete('m-Q4_K_M.gguf');
    expect((await list()).models[0]).toMatchObject({ incomplete: true });
  });

  it('calls a snapshot that no name points to by its revision', async () => {
    await bring(MAIN, remoteSnapshot({ files: QUANTISED }));
    await bring(MAIN, remoteSnapshot({ revision: commit('b'), files: { ...QUANTISED, 'n-Q8_0.gguf': 'eight!' } }));
    const rows: readonly Pick<ModelRow, 'reference' | 'version' | 'uniqueSize'>[] = (await list()).models;
    expect(rows.map(({ reference, version, uniqueSize }) => ({ reference, version, uniqueSize }))).toEqual([
      { reference: `huggingface.co/org/name:${commit('a')}`, version: '@aaaaaaaaaaaa', uniqueSize: 5 },
      { reference: 'huggingface.co/org/name:main', version: 'main', uniqueSize: 6 },
    ]);
  });

  it('lists what is whole and lost its name', async () => {
    await bring(MAIN, remoteSnapshot({ files: QUANTISED }));
    await fakes.deps.metadata.removeVersion({ source: 'hf', host: 'huggingface.co', repository: 'org/name' }, 'main', {});
    expect((await list()).models.map(({ version }) => version)).toEqual(['@aaaaaaaaaaaa']);
  });

  it('leaves out a download that has not got there, and never one that a name pointed to', async () => {
    await bring(MAIN, remoteSnapshot({ files: QUANTISED }));
    await bring(MAIN, remoteSnapshot({ revision: commit('b'), files: { ...QUANTISED, 'n-Q8_0.gguf': 'eight!' } }));
    const { version: _version, ...underWay } = remoteSnapshot({ revision: commit('c') });
    const file = { path: 'x', size: 1, from: 'x' };
    const metadata = {
      schema: 1,
      ...underWay,
      requested: { reference: '', version: 'v3', kind: 'tag' },
      created: NOW,
      tool: '',
      files: [file],
      format: 'unknown',
    } as const;
    await fakes.deps.metadata.describe(metadata, {});
    for (const { files } of fakes.state.snapshots.values()) files.delete('m-Q4_K_M.gguf');
    expect((await list()).models.map(({ revision }) => revision)).toEqual([commit('a'), commit('b')]);
  });

  it('prints the reference that reads as the same in this configuration', async () => {
    fakes = createFakes({ registries: { 'hub.corp': { source: 'hf' } } });
    await fakes.deps.metadata.describe(
      {
        schema: 1,
        source: 'hf',
        host: 'hub.corp',
        repository: 'org/name',
        revision: commit('a'),
        requested: { reference: '', kind: 'commit' },
        created: NOW,
        tool: '',
        files: [],
        format: 'gguf',
      },
      {},
    );
    for (const { files } of fakes.state.snapshots.values()) files.set('m.gguf', { path: 'm.gguf', size: 1, sha256: '' });
    expect((await list()).models[0]?.reference).toBe(`hub.corp/org/name:${commit('a')}`);
  });
});
