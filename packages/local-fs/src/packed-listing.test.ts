import { join } from 'node:path';
import type { StoredRepository } from '@ilab/core';
import { addSnapshot, sampleFile, sampleId, sampleRecord } from '@ilab/testkit';
import { expect, it } from 'vitest';
import { temporaryStore } from '../test/temporary-store.ts';
import { type ListedRepository, pack, type PackedRepository, unpack } from './packed-listing.ts';
import { scanStore } from './store-items.ts';

const id = sampleId();
const seen = { names: ['.metadata'], stamps: [1, 2, 3] };

async function listed(): Promise<ListedRepository> {
  const store = temporaryStore();
  await addSnapshot(store, { id, files: [sampleFile('config.json'), sampleFile('late.txt')], here: [sampleFile('config.json')] });
  await store.metadata.moveVersion(id, sampleRecord('v1', id.revision), {});
  const [repository] = [...scanStore({ directory: store.models, checkpointsDirectory: join(store.root, 'none'), extraDirectories: [] })];
  if (repository?.kind !== 'repository') throw new Error('nothing was read');
  return { repository, records: seen, snapshots: [seen] };
}

const written = (packed: PackedRepository | undefined) => JSON.parse(JSON.stringify(packed)) as PackedRepository;

it('comes out as it went in, without what was recorded of files', async () => {
  const before = await listed();
  const { repository, records, snapshots } = unpack(written(pack(before)));
  expect({ records, snapshots }).toEqual({ records: seen, snapshots: [seen] });
  const brief = (from: StoredRepository) =>
    from.snapshots.map(({ metadata: { files: _files, manifest: _manifest, ...metadata }, ...rest }) => ({ ...rest, metadata }));
  expect({ ...repository, snapshots: brief(repository) }).toEqual({ ...before.repository, snapshots: brief(before.repository) });
});

it('takes nothing that does not stand where its metadata says', async () => {
  const { repository, ...witnesses } = await listed();
  expect(pack({ ...witnesses, repository: { ...repository, id: { ...repository.id, repository: 'other/model' } } })).toBeUndefined();
  expect(pack({ ...witnesses, repository: { ...repository, path: '/elsewhere' } })).toBeUndefined();
  expect(
    pack({ ...witnesses, repository: { ...repository, snapshots: repository.snapshots.map((one) => ({ ...one, id: { ...one.id, revision: 'sha256:00' } })) } }),
  ).toBeUndefined();
});

it.each<[string, (packed: PackedRepository) => unknown]>([
  ['stamps are missing', (packed) => ({ ...packed, records: { names: ['.'], stamps: [] } })],
  ['a record has no name', (packed) => ({ ...packed, versions: [{}] })],
  ['metadata lacks what was asked for', (packed) => ({ ...packed, snapshots: packed.snapshots.map((one) => ({ ...one, metadata: {} })) })],
])('is refused where %s', async (_what, spoil) => {
  const packed = written(pack(await listed()));
  expect(() => unpack(spoil(packed) as PackedRepository)).toThrow();
});
