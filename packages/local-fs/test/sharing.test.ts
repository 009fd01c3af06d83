import { chmodSync, constants, copyFileSync, existsSync, readFileSync, statSync, type Stats, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addSnapshot, placeFile, type SampleFile, sampleFile, sampleId, sampleMetadata, sampleRevision } from '@ilab/testkit';
import { describe, expect, it } from 'vitest';
import type { LocalStore } from '../src/index.ts';
import { temporaryDirectory, temporaryStore } from './temporary-store.ts';

const weights = sampleFile('model.gguf', 'weights '.repeat(1000));
const config = sampleFile('config.json');
const first = sampleId();
const second = sampleId({ host: 'other.example', revision: sampleRevision(2) });

/** Puts files of a second snapshot in place from bytes that are here. */
async function reuse({ cache, metadata }: LocalStore, files: readonly SampleFile[]): Promise<readonly boolean[]> {
  await metadata.describe(sampleMetadata(second, files), {});
  const writer = await cache.write(second, {});
  try {
    return await Promise.all(files.map((file) => writer.reuse(file, {})));
  } finally {
    await writer.close();
  }
}

async function statsOf({ cache }: LocalStore, id: typeof first, path: string): Promise<Stats> {
  const snapshot = await cache.snapshot(id, {});
  return statSync(join(snapshot?.path ?? '', path));
}

/** Where bytes are shared by reflink, every file has an inode of its own. */
function reflinks(): boolean {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, 'a'), 'x'.repeat(10_000));
  try {
    copyFileSync(join(directory, 'a'), join(directory, 'b'), constants.COPYFILE_FICLONE_FORCE);
    return true;
  } catch {
    return false;
  }
}

describe('files of a snapshot', () => {
  it('are read-only, however they came', async () => {
    const store = temporaryStore();
    await addSnapshot(store, { id: first, files: [weights, sampleFile('sub/x')] });
    await reuse(store, [weights]);
    for (const [id, path] of [
      [first, weights.path],
      [first, 'sub/x'],
      [second, weights.path],
    ] as const)
      expect((await statsOf(store, id, path)).mode & 0o777).toBe(0o444);
  });

  it('are replaced whole where they stand, without the other snapshot seeing it', async () => {
    const store = temporaryStore();
    await addSnapshot(store, { id: first, files: [weights] });
    await reuse(store, [weights]);
    const writer = await store.cache.write(second, {});
    await placeFile(writer, { ...sampleFile(weights.path, 'other weights'), path: weights.path });
    await writer.close();
    const snapshot = await store.cache.snapshot(first, {});
    expect(readFileSync(join(snapshot?.path ?? '', weights.path), 'utf8')).toBe(weights.content);
  });
});

describe('equal files of two snapshots', () => {
  it('are found also when another process placed the first after this one had looked', async () => {
    const store = temporaryStore();
    expect(await reuse(store, [weights])).toEqual([false]);
    const other = temporaryStore({ directory: store.models });
    await addSnapshot(other, { id: first, files: [weights] });
    expect(await reuse(store, [weights])).toEqual([true]);
    expect(await reuse(store, [config])).toEqual([false]);
  });

  it('are one file on disk, that neither counts as its own', async ({ skip }) => {
    if (reflinks()) return skip('this file system shares bytes by reflink');
    const store = temporaryStore();
    await addSnapshot(store, { id: first, files: [weights, config] });
    expect(await reuse(store, [{ ...weights, path: 'renamed.gguf' }])).toEqual([true]);
    const [one, other] = [await statsOf(store, first, weights.path), await statsOf(store, second, 'renamed.gguf')];
    expect(other.ino).toBe(one.ino);
    expect(one.nlink).toBe(2);
    expect((await store.cache.snapshot(first, {}))?.uniqueSize).toBe(config.size);
    expect((await store.cache.snapshot(second, {}))?.uniqueSize).toBe(0);
  });

  it('come back with the last of them', async ({ skip }) => {
    if (reflinks()) return skip('this file system shares bytes by reflink');
    const store = temporaryStore();
    await addSnapshot(store, { id: first, files: [weights] });
    await reuse(store, [weights]);
    expect(await store.cache.remove(first, {})).toBeLessThan(weights.size);
    expect((await store.cache.snapshot(second, {}))?.uniqueSize).toBe(weights.size);
    expect(await store.cache.remove(second, {})).toBeGreaterThanOrEqual(weights.size);
  });

  it('within one snapshot go together with it', async () => {
    const store = temporaryStore();
    await addSnapshot(store, { id: first, files: [weights, { ...weights, path: 'again.gguf' }], here: [weights] });
    const writer = await store.cache.write(first, {});
    expect(await writer.reuse({ ...weights, path: 'again.gguf' }, {})).toBe(true);
    await writer.close();
    const { uniqueSize = 0 } = (await store.cache.snapshot(first, {})) ?? {};
    expect(uniqueSize).toBeGreaterThanOrEqual(weights.size);
    expect(await store.cache.remove(first, {})).toBeGreaterThanOrEqual(uniqueSize);
  });

  it('are found again by a later run, in this store and in read-only ones', async () => {
    const shared = temporaryStore();
    await addSnapshot(shared, { id: first, files: [weights] });
    const own = temporaryStore({ extraDirectories: [shared.models] });
    expect(await reuse(own, [weights])).toEqual([true]);
    expect((await own.cache.snapshot(second, {}))?.files).toMatchObject([{ path: weights.path, sha256: weights.sha256 }]);
  });

  it('are copied from another disk', async ({ skip }) => {
    if (!existsSync('/dev/shm') || statSync('/dev/shm').dev === statSync(temporaryDirectory()).dev) return skip('there is no other disk');
    const shared = temporaryStore({ directory: temporaryDirectory('/dev/shm') });
    await addSnapshot(shared, { id: first, files: [weights] });
    chmodSync(join((await shared.cache.snapshot(first, {}))?.path ?? '', weights.path), 0o644);
    const own = temporaryStore({ extraDirectories: [shared.models] });
    expect(await reuse(own, [weights])).toEqual([true]);
    const copied = await statsOf(own, second, weights.path);
    expect({ nlink: copied.nlink, size: copied.size, mode: copied.mode & 0o777 }).toEqual({ nlink: 1, size: weights.size, mode: 0o444 });
  });

  it('are not taken from a file whose bytes have rotted since, whatever its size and times say', async () => {
    const store = temporaryStore();
    await addSnapshot(store, { id: first, files: [weights] });
    const path = join((await store.cache.snapshot(first, {}))?.path ?? '', weights.path);
    const { atime, mtime } = statSync(path);
    chmodSync(path, 0o644);
    writeFileSync(path, weights.content.replace(/.$/s, '!'), { flag: 'r+' });
    chmodSync(path, 0o444);
    utimesSync(path, atime, mtime);
    expect(statSync(path).size).toBe(weights.size);
    expect(await reuse(store, [weights])).toEqual([false]);
    expect((await store.cache.snapshot(second, {}))?.files).toEqual([]);
  });

  it('are left alone when the download is stopped meanwhile', async () => {
    const store = temporaryStore();
    await addSnapshot(store, { id: first, files: [weights] });
    const writer = await store.cache.write(second, {});
    const signal = AbortSignal.abort(new Error('stopped'));
    await expect(writer.reuse({ ...weights, path: 'a' }, { signal })).rejects.toThrow('stopped');
    expect(await writer.has({ path: 'a', size: weights.size })).toBe(false);
    await writer.close();
  });

  it('are not taken from a file that has gone or changed in size since', async () => {
    const store = temporaryStore();
    await addSnapshot(store, { id: first, files: [weights] });
    const writer = await store.cache.write(second, {});
    expect(await writer.reuse({ ...weights, path: 'a' }, {})).toBe(true);
    await store.cache.remove(first, {});
    const other = temporaryStore({ directory: store.models });
    const late = await other.cache.write(sampleId({ revision: sampleRevision(3) }), {});
    expect(await late.reuse({ ...weights, size: weights.size + 1 }, {})).toBe(false);
    expect(await late.reuse(config, {})).toBe(false);
    await Promise.all([writer.close(), late.close()]);
  });
});
