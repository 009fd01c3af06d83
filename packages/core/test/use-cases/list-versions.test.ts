import { beforeEach, describe, expect, it } from 'vitest';
import { listVersions, literalReference, type OfferedVersion } from '../../src/index.ts';
import { commit, createFakes, download, type Fakes, hold, remoteSnapshot } from '../fakes/index.ts';

let fakes: Fakes;
beforeEach(() => {
  fakes = createFakes();
});

function versions(text = 'org/name'): Promise<readonly OfferedVersion[]> {
  return listVersions(fakes.deps, literalReference(text, { grammar: fakes.deps.registries, aliases: {} }), {});
}

describe('listVersions', () => {
  it('has them in the order in which somebody looks for one, whatever the registry’s is', async () => {
    fakes.world.versions = [
      { name: 'v1.9', kind: 'tag', created: '2026-05-01T00:00:00Z' },
      { name: 'blue', kind: 'tag' },
      { name: 'latest', kind: 'tag' },
      { name: 'v1.10', kind: 'tag', created: '2026-03-01T00:00:00Z' },
      { name: 'main', kind: 'branch', revision: commit('a') },
    ];
    expect((await versions()).map(({ name }) => name)).toEqual(['main', 'latest', 'v1.10', 'v1.9', 'blue']);
  });

  it('says which are here, of this repository alone', async () => {
    hold(fakes, {
      'huggingface.co/org/name:v1': remoteSnapshot({ version: 'v1', files: { 'm.gguf': 'x' } }),
      'huggingface.co/org/other:v2': remoteSnapshot({ repository: 'org/other', version: 'v2', files: { 'm.gguf': 'x' } }),
    });
    await download(fakes, 'org/name:v1');
    await download(fakes, 'org/other:v2');
    fakes.world.versions = [
      { name: 'v1', kind: 'tag', revision: commit('a') },
      { name: 'v2', kind: 'tag' },
    ];
    expect(await versions()).toEqual([
      { name: 'v2', kind: 'tag', here: false },
      { name: 'v1', kind: 'tag', revision: commit('a'), here: true },
    ]);
  });

  it('says so when a source can’t list', async () => {
    await expect(versions()).rejects.toMatchObject({ code: 'E_USAGE', message: expect.stringContaining('“hf”') });
  });
});
