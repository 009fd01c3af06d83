import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Cache, StoredRepository } from '@ilab/core';
import { addSnapshot, collect, sampleFile, sampleId, sampleRecord } from '@ilab/testkit';
import { expect, it } from 'vitest';
import { temporaryStore } from '../test/temporary-store.ts';
import { openListingIndex } from './listing-index.ts';
import { scanStore } from './store-items.ts';

const id = sampleId();

/** A store whose index was made when everything had lain there for long. */
async function indexedStore() {
  const store = temporaryStore();
  await addSnapshot(store, { id, files: [sampleFile('config.json')] });
  for (const name of ['v1', 'v2']) await store.metadata.moveVersion(id, sampleRecord(name, id.revision), {});
  const index = openListingIndex(store.models, Date.now() + 60_000);
  for (const _item of scanStore({ directory: store.models, checkpointsDirectory: join(store.root, 'none'), extraDirectories: [] }, index));
  index.save();
  return store;
}

async function listed({ listing }: Cache): Promise<readonly StoredRepository[]> {
  return (await collect(listing({}))).filter((item) => item.kind === 'repository');
}

it('goes by the index', async () => {
  const { cache } = await indexedStore();
  const [repository] = await listed(cache);
  expect(repository?.versions.map(({ name }) => name)).toEqual(['v1', 'v2']);
  // The index has no recorded files.
  expect(repository?.snapshots).toMatchObject([{ files: [{ path: 'config.json' }], metadata: { files: [] } }]);
});

it('sees what changed since', async () => {
  const { cache, models } = await indexedStore();
  rmSync(join(models, 'registry.example/team/granite/.versions/v1.json'));
  const [repository] = await listed(cache);
  expect(repository?.versions.map(({ name }) => name)).toEqual(['v2']);
  expect(repository?.snapshots).toMatchObject([{ metadata: { files: [{ path: 'config.json' }] } }]);
});
