import { beforeEach, expect, it } from 'vitest';
import { listModels } from '../../src/index.ts';
import { commit, createFakes, download, type Fakes, hold, NOW, remoteSnapshot, STORE } from '../fakes/index.ts';
import { manifests } from '../manifests.ts';

let fakes: Fakes;
beforeEach(async () => {
  fakes = createFakes();
  for (const [version, letter] of [
    ['v1', 'a'],
    ['v2', 'b'],
  ] as const) {
    const files = { 'm.gguf': 'weights', 'README.md': version };
    hold(fakes, { [`huggingface.co/org/name:${version}`]: remoteSnapshot({ version, revision: commit(letter), files }) });
    await download(fakes, `org/name:${version}`);
  }
});

const disk = async () => (await listModels({ cache: fakes.deps.cache, manifests }, {})).disk;

/** Says of every file which one on disk it is. */
function onDisk(inode: (revision: string, path: string) => string): void {
  for (const { metadata, files } of fakes.state.snapshots.values()) {
    for (const [path, file] of files) files.set(path, Object.assign({ ...file }, { inode: inode(metadata.revision, path) }));
  }
}

it('counts bytes with several names once', async () => {
  onDisk((revision, path) => (path === 'm.gguf' ? 'same' : `${revision} ${path}`));
  expect(await disk()).toEqual({ size: 11, unique: 4, shared: 7, repeated: 0 });
});

it('says how much may be shared by reflink where equal files are two to the file system', async () => {
  onDisk((revision, path) => `${revision} ${path}`);
  expect(await disk()).toMatchObject({ size: 18, repeated: 7 });
});

it('counts one snapshot under two names once, and what older tools left', async () => {
  onDisk((revision, path) => (path === 'm.gguf' ? 'same' : `${revision} ${path}`));
  const id = { source: 'hf', host: 'huggingface.co', repository: 'org/name' };
  await fakes.deps.metadata.moveVersion(id, { name: 'latest', kind: 'tag', revision: commit('b'), selectors: [], checked: NOW, moved: [] }, {});
  fakes.state.others.push({ kind: 'legacy', name: 'old', path: `${STORE}/old`, format: 'gguf', version: 'n/a', size: 100, modified: NOW });
  expect(await disk()).toEqual({ size: 111, unique: 104, shared: 7, repeated: 0 });
});
