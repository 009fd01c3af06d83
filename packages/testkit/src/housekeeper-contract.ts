import { writeFile } from 'node:fs/promises';
import type { Housekeeper } from '@ilab/core';
import { describe, expect, it } from 'vitest';
import { collect } from './collect.ts';
import { addSnapshot, sampleFile, sampleId, sampleRevision, type StoreUnderTest } from './sample.ts';

/** A store that can be tidied up. */
export interface KeptStore extends StoreUnderTest {
  readonly housekeeper: Housekeeper;
}

const id = sampleId();
const other = { ...id, revision: sampleRevision(2) };
const weights = sampleFile('model.gguf', 'weights '.repeat(1000));

/** What every housekeeper promises, see the port `Housekeeper`; `make` gives an empty store. */
export function housekeeperContract(make: () => Promise<KeptStore>): void {
  describe('the housekeeper contract', () => {
    it('finds nothing left over in an empty store, nor in one with models', async () => {
      const store = await make();
      expect(await collect(store.housekeeper.leftovers({}))).toEqual([]);
      await addSnapshot(store, { id, files: [weights] });
      expect(await collect(store.housekeeper.leftovers({}))).toEqual([]);
    });

    it('never calls a download left over that a living process holds', async () => {
      const store = await make();
      await addSnapshot(store, { id, files: [weights], here: [] });
      const writer = await store.cache.write(id, {});
      const staged = await writer.stage(weights, {});
      await writeFile(staged.path, 'part');
      expect(await collect(store.housekeeper.leftovers({}))).toEqual([]);
      await staged.discard();
      await writer.close();
    });

    it('says what is in use as long as it is', async () => {
      const store = await make();
      await addSnapshot(store, { id, files: [weights] });
      expect(await store.housekeeper.isInUse(id, {})).toBe(false);
      const writer = await store.cache.write(id, {});
      expect([await store.housekeeper.isInUse(id, {}), await store.housekeeper.isInUse(other, {})]).toEqual([true, false]);
      await writer.close();
      expect(await store.housekeeper.isInUse(id, {})).toBe(false);
    });

    it('counts what comes back when all of it goes: what is shared with what stays does not', async () => {
      const store = await make();
      await addSnapshot(store, { id, files: [weights] });
      await store.metadata.describe({ ...(await described(store)), revision: other.revision }, {});
      const writer = await store.cache.write(other, {});
      await writer.reuse(weights, {});
      await writer.close();
      const paths = [await pathOf(store, id), await pathOf(store, other)];
      const [first, second, both] = await Promise.all(
        [[paths[0]], [paths[1]], paths].map((some) =>
          store.housekeeper.bytesOf(
            some.flatMap((path) => path ?? []),
            {},
          ),
        ),
      );
      expect(both).toBeGreaterThanOrEqual(weights.size);
      // Where bytes are shared by reflink, nobody can tell.
      expect(both).toBeGreaterThanOrEqual((first ?? 0) + (second ?? 0));
      expect(await store.housekeeper.bytesOf([`${paths[0]}-nothing`], {})).toBe(0);
    });

    it('removes nothing that is gone already', async () => {
      const store = await make();
      const path = `${store.cache.directory}/.store/ingest/sha256-0`;
      expect(await store.housekeeper.removeLeftover({ kind: 'partial', path, modified: '2026-01-02T03:04:05.000Z' }, {})).toBe(0);
    });
  });
}

async function described({ metadata }: StoreUnderTest): Promise<NonNullable<Awaited<ReturnType<StoreUnderTest['metadata']['snapshot']>>>> {
  const found = await metadata.snapshot(id, {});
  if (!found) throw new Error('the snapshot is not described');
  return found;
}

async function pathOf({ cache }: StoreUnderTest, which: typeof id): Promise<string> {
  return (await cache.snapshot(which, {}))?.path ?? '';
}
