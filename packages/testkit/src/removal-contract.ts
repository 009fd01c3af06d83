import { expect, it } from 'vitest';
import { collect } from './collect.ts';
import { contentOf } from './content-of.ts';
import { addSnapshot, sampleFile, sampleId, sampleMetadata, sampleRevision, type StoreUnderTest } from './sample.ts';

const id = sampleId();
const config = sampleFile('config.json');
const weights = sampleFile('sub/model.gguf');

/** What a cache promises of taking things away: all of it goes, nothing else does, and nothing that is in use. */
export function removalContract(make: () => Promise<StoreUnderTest>): void {
  it('removes one snapshot whole and says what came back', async () => {
    const store = await make();
    const other = { ...id, revision: sampleRevision(2) };
    await addSnapshot(store, { id, files: [config, weights] });
    await addSnapshot(store, { id: other, files: [sampleFile('other.json')] });
    expect(await store.cache.remove(id, {})).toBeGreaterThanOrEqual(config.size + weights.size);
    expect(await store.cache.snapshot(id, {})).toBeUndefined();
    expect(await contentOf(store.cache, other, 'other.json')).toBe('content of other.json');
  });

  it('leaves nothing to list behind the last one', async () => {
    const store = await make();
    await addSnapshot(store, { id, files: [config] });
    await store.cache.remove(id, {});
    expect(await collect(store.cache.items({}))).toEqual([]);
  });

  it('takes no bytes away from another snapshot that has the same', async () => {
    const store = await make();
    const other = { ...id, revision: sampleRevision(2) };
    await addSnapshot(store, { id, files: [weights] });
    await store.metadata.describe(sampleMetadata(other, [weights]), {});
    const writer = await store.cache.write(other, {});
    await writer.reuse(weights, {});
    await writer.close();
    await store.cache.remove(id, {});
    expect(await contentOf(store.cache, other, weights.path)).toBe(weights.content);
  });

  it('refuses what is in use, until the last writer has closed', async () => {
    const store = await make();
    await addSnapshot(store, { id, files: [config] });
    const [first, second] = [await store.cache.write(id, {}), await store.cache.write(id, {})];
    await first.close();
    await expect(store.cache.remove(id, {})).rejects.toMatchObject({ code: 'E_IN_USE' });
    expect(await contentOf(store.cache, id, config.path)).toBe(config.content);
    await second.close();
    expect(await store.cache.remove(id, {})).toBeGreaterThan(0);
  });

  it('refuses what an engine has leased, and says who, until the lease has ended', async () => {
    const store = await make();
    await addSnapshot(store, { id, files: [config] });
    const [lease, other] = [await store.cache.lease(id, { purpose: 'serving' }, {}), await store.cache.lease(id, { purpose: 'chat' }, {})];
    await other.end();
    await other.end();
    await expect(store.cache.remove(id, {})).rejects.toMatchObject({ code: 'E_IN_USE', message: expect.stringMatching(/process \d+ .*serving/) });
    await lease.end();
    expect(await store.cache.remove(id, {})).toBeGreaterThan(0);
  });

  it('says of what is not here that it is not', async () => {
    const { cache } = await make();
    await expect(cache.remove(id, {})).rejects.toMatchObject({ code: 'E_NOT_FOUND' });
  });

  it.each(['', '/', '/../..', '/nothing/../..'])('refuses to remove what is not strictly inside: the store’s path and “%s”', async (tail) => {
    const store = await make();
    await addSnapshot(store, { id, files: [config] });
    await expect(store.cache.removeItem(`${store.cache.directory}${tail}`, {})).rejects.toMatchObject({ code: 'E_STORE' });
    expect(await contentOf(store.cache, id, config.path)).toBe(config.content);
  });
}
