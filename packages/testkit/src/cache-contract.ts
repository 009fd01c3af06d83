import { join } from 'node:path';
import { type Cache, isAbort, type StoredRepository, type StoreItem } from '@ilab/core';
import { describe, expect, it } from 'vitest';
import { collect } from './collect.ts';
import { contentOf } from './content-of.ts';
import { donationContract } from './donation-contract.ts';
import { endingOf } from './ending.ts';
import { removalContract } from './removal-contract.ts';
import { addSnapshot, placeFile, sampleFile, sampleId, sampleMetadata, sampleRecord, sampleRevision, type StoreUnderTest } from './sample.ts';
import { stagingContract } from './staging-contract.ts';

const id = sampleId();
const config = sampleFile('config.json');
const weights = sampleFile('sub/model.gguf');

/** What every cache promises, see the port `Cache`; `make` gives an empty store. */
export function cacheContract(make: () => Promise<StoreUnderTest>): void {
  describe('the cache contract', () => {
    readingContract(make);
    writingContract(make);
    describe('staging', () => stagingContract(make));
    describe('what other tools have', () => donationContract(make));
    removalContract(make);
  });
}

function readingContract(make: () => Promise<StoreUnderTest>): void {
  it('starts empty, with room', async () => {
    const { cache } = await make();
    expect(await collect(cache.items({}))).toEqual([]);
    expect(await cache.snapshot(id, {})).toBeUndefined();
    expect(await cache.owner(join(cache.directory, 'nothing'), {})).toBeUndefined();
    expect(await cache.available(id, {})).toBeGreaterThan(0);
  });

  it('lists a repository of its own with snapshots and version names', async () => {
    const store = await make();
    const other = { ...id, revision: sampleRevision(2) };
    for (const one of [id, other]) await addSnapshot(store, { id: one, files: [config] });
    await store.metadata.moveVersion(id, sampleRecord('v1', id.revision), {});
    await store.metadata.moveVersion(id, sampleRecord('latest', other.revision), {});
    const [repository, ...rest] = await repositories(store.cache);
    const { source, host, repository: name } = id;
    expect(rest).toEqual([]);
    expect(repository).toMatchObject({ id: { source, host, repository: name }, tier: 'own' });
    expect(repository?.versions.toSorted((a, b) => (a.name < b.name ? -1 : 1))).toEqual([
      sampleRecord('latest', other.revision),
      sampleRecord('v1', id.revision),
    ]);
    expect(repository?.snapshots.map((snapshot) => snapshot.id.revision).sort()).toEqual([id.revision, other.revision].sort());
  });

  it('lists the same to whoever looks for names and files', async () => {
    const store = await make();
    await addSnapshot(store, { id, files: [config, weights], here: [config] });
    await store.metadata.moveVersion(id, sampleRecord('v1', id.revision), {});
    const brief = (items: readonly StoreItem[]) =>
      items.map((item) =>
        item.kind === 'repository'
          ? {
              ...item,
              snapshots: item.snapshots.map(({ metadata: { files: _files, manifest: _manifest, ...metadata }, ...snapshot }) => ({ ...snapshot, metadata })),
            }
          : item,
      );
    const items = await collect(store.cache.items({}));
    expect(items).toHaveLength(1);
    expect(brief(await collect(store.cache.listing({})))).toEqual(brief(items));
  });

  it('says whose a path is, by version name, revision and file, also of a nested repository', async () => {
    const store = await make();
    const nested = sampleId({ repository: `${id.repository}/nested` });
    for (const one of [id, nested]) await addSnapshot(store, { id: one, files: [weights] });
    const snapshot = await store.cache.snapshot(nested, {});
    const [repository] = (await repositories(store.cache)).filter((item) => item.id.repository === nested.repository);
    expect(await store.cache.owner(join(snapshot?.path ?? '', weights.path), {})).toEqual({ item: repository, revision: nested.revision, file: weights.path });
    expect(await store.cache.owner(join(repository?.path ?? '', 'v1'), {})).toEqual({ item: repository, version: 'v1' });
    expect(await store.cache.owner(repository?.path ?? '', {})).toEqual({ item: repository });
  });

  it('stops listing when its signal is aborted', async () => {
    const store = await make();
    await addSnapshot(store, { id, files: [config] });
    const ending = await endingOf(collect(store.cache.items({ signal: AbortSignal.abort() })));
    expect(ending).toMatchObject({ how: 'threw', error: expect.toSatisfy(isAbort) });
  });
}

function writingContract(make: () => Promise<StoreUnderTest>): void {
  it('holds exactly the bytes that were placed, and says which files are not here', async () => {
    const store = await make();
    await addSnapshot(store, { id, files: [config, weights], here: [weights] });
    const snapshot = await store.cache.snapshot(id, {});
    expect(snapshot).toMatchObject({
      id,
      files: [{ path: weights.path, size: weights.size, sha256: weights.sha256 }],
      missing: [config.path],
      uniqueSize: weights.size,
    });
    expect(snapshot?.metadata).toEqual(sampleMetadata(id, [config, weights]));
    expect(await contentOf(store.cache, id, weights.path)).toBe(weights.content);
  });

  it('has a file only once it is placed, and only in its size', async () => {
    const { cache, metadata } = await make();
    await metadata.describe(sampleMetadata(id, [config]), {});
    const writer = await cache.write(id, {});
    expect(await writer.has(config)).toBe(false);
    expect(writer.placeOf(config.path)).toBe(join(writer.path, config.path));
    await placeFile(writer, config);
    expect(await writer.has(config)).toBe(true);
    expect(await writer.has({ path: config.path, size: config.size + 1 })).toBe(false);
    expect(await writer.has({ path: 'sub', size: 0 })).toBe(false);
    await writer.close();
  });

  it.each(['.metadata', '.metadata.sums', '.versions', '@x', '.store', 'sub dir/größe 100%.txt', 'a:b?.txt', 'a.', '..a', 'a/.metadata'])(
    'takes a file called “%s” for a file',
    async (path) => {
      const store = await make();
      const file = sampleFile(path);
      await addSnapshot(store, { id, files: [file, config] });
      expect((await store.cache.snapshot(id, {}))?.files.map((stored) => stored.path)).toEqual([path, config.path]);
      expect(await store.metadata.snapshot(id, {})).toEqual(sampleMetadata(id, [file, config]));
    },
  );

  it.each(['../x', 'a/../../x', '/x', 'a//b', '..', ''])('refuses a file at “%s”', async (path) => {
    const { cache, metadata } = await make();
    await metadata.describe(sampleMetadata(id, [config]), {});
    const writer = await cache.write(id, {});
    await expect(placeFile(writer, sampleFile(path))).rejects.toMatchObject({ code: 'E_STORE' });
    await writer.close();
    expect((await cache.snapshot(id, {}))?.files).toEqual([]);
  });

  it('takes from equal bytes that are here, and from nothing else', async () => {
    const store = await make();
    await addSnapshot(store, { id, files: [weights] });
    const copy = { ...sampleFile('renamed.gguf', weights.content) };
    const other = { ...id, revision: sampleRevision(2) };
    await store.metadata.describe(sampleMetadata(other, [copy, config]), {});
    const writer = await store.cache.write(other, {});
    expect(await writer.reuse(copy, {})).toBe(true);
    expect(await writer.reuse(config, {})).toBe(false);
    await writer.close();
    expect(await contentOf(store.cache, other, copy.path)).toBe(weights.content);
    expect(await store.cache.snapshot(other, {})).toMatchObject({ files: [{ path: copy.path, sha256: weights.sha256 }], missing: [config.path] });
  });

  it('lets two writers grow one snapshot, by the same file too', async () => {
    const { cache, metadata } = await make();
    await metadata.describe(sampleMetadata(id, [config, weights]), {});
    const [first, second] = [await cache.write(id, {}), await cache.write(id, {})];
    await Promise.all([placeFile(first, config), placeFile(second, config), placeFile(second, weights)]);
    await Promise.all([first.close(), second.close()]);
    expect((await cache.snapshot(id, {}))?.missing).toEqual([]);
    expect(await contentOf(cache, id, config.path)).toBe(config.content);
  });
}

async function repositories(cache: Cache): Promise<readonly StoredRepository[]> {
  return (await collect(cache.items({}))).filter((item) => item.kind === 'repository');
}
