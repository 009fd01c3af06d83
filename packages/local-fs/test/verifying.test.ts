import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { type FileFinding, nullProgress, type Progress, type StoredSnapshot } from '@ilab/core';
import { addSnapshot, collect, endingOf, placeFile, sampleFile, sampleId, sampleMetadata, sampleRevision, soonAborted } from '@ilab/testkit';
import { describe, expect, it } from 'vitest';
import type { LocalStore } from '../src/index.ts';
import { temporaryDirectory, temporaryStore } from './temporary-store.ts';
import { withMode } from './with-mode.ts';

const id = sampleId();
const config = sampleFile('config.json');
const weights = sampleFile('sub/model.gguf');

async function filled() {
  const store = temporaryStore();
  await addSnapshot(store, { id, files: [config, weights] });
  const snapshot = await snapshotOf(store);
  return { ...store, snapshot, place: join(snapshot.path, weights.path) };
}

async function snapshotOf({ cache }: LocalStore, which: typeof id = id): Promise<StoredSnapshot> {
  const found = await cache.snapshot(which, {});
  if (!found) throw new Error('the snapshot is not there');
  return found;
}

async function findings({ verifier, cache }: LocalStore, progress: Progress = nullProgress): Promise<ReadonlyMap<string, FileFinding>> {
  const snapshot = (await cache.snapshot(id, {})) as StoredSnapshot;
  const found = await collect(verifier.verify({ targets: [{ snapshot }], depth: 'content', progress }, {}));
  return new Map(found.map((finding) => [finding.path, finding]));
}

describe('what stands under a file’s name', () => {
  it.each([
    ['a link', (place: string) => symlinkSync(`${place}.real`, place), 'a link'],
    ['a directory', (place: string) => mkdirSync(place), 'a directory'],
    ['a pipe that nobody writes to', (place: string) => execFileSync('mkfifo', [place]), 'neither file nor directory'],
  ])('is bad when it is %s', async (_what, make, actual) => {
    const store = await filled();
    renameSync(store.place, `${store.place}.real`);
    make(store.place);
    expect((await findings(store)).get(weights.path)).toMatchObject({ state: 'bad', expected: 'a regular file', actual });
  });

  it('is bad behind a link to somewhere else, and nothing is set aside there', async () => {
    const store = await filled();
    const outside = temporaryDirectory();
    writeFileSync(join(outside, 'model.gguf'), weights.content);
    rmSync(join(store.snapshot.path, 'sub'), { recursive: true });
    symlinkSync(outside, join(store.snapshot.path, 'sub'));
    expect((await findings(store)).get(weights.path)).toMatchObject({ state: 'bad', actual: 'behind a link' });
    await expect(store.verifier.setAside(store.snapshot, weights.path, {})).rejects.toMatchObject({ code: 'E_STORE' });
    expect(readFileSync(join(outside, 'model.gguf'), 'utf8')).toBe(weights.content);
  });

  it('is bad when it can’t be read', async () => {
    const store = await filled();
    const found = await withMode(store.place, 0o000, () => findings(store));
    expect(found.get(weights.path)).toMatchObject({ state: 'bad', actual: expect.stringContaining('EACCES') });
  });

  it('is told to be writable, and right all the same', async () => {
    const store = await filled();
    chmodSync(store.place, 0o644);
    expect((await findings(store)).get(weights.path)).toMatchObject({ state: 'ok', writable: true });
  });
});

describe('what a file is held against', () => {
  /** As the Hub tells of small files: no sha256, but the Git blob id. */
  async function ofHub({ sums = true } = {}) {
    const store = temporaryStore();
    const gitSha1 = createHash('sha1').update(`blob ${config.size}\0${config.content}`).digest('hex');
    const metadata = sampleMetadata(id, []);
    await store.metadata.describe({ ...metadata, files: [{ path: config.path, size: config.size, gitSha1, from: 'x' }] }, {});
    const writer = await store.cache.write(id, {});
    await placeFile(writer, config);
    await writer.close();
    const { path } = await snapshotOf(store);
    if (!sums) rmSync(join(path, '.metadata.sums'));
    return { ...store, place: join(path, config.path), gitSha1 };
  }

  it.each([
    ['the sha256 of its arrival', true, `sha256:${config.sha256}`],
    ['the Git blob id where that is gone', false, 'git-sha1:'],
  ])('is, for a small file of a Hub, %s', async (_what, sums, expected) => {
    const store = await ofHub({ sums });
    expect((await findings(store)).get(config.path)).toMatchObject({ state: 'ok' });
    chmodSync(store.place, 0o644);
    writeFileSync(store.place, config.content.toUpperCase());
    expect((await findings(store)).get(config.path)).toMatchObject({ state: 'bad', expected: expect.stringContaining(expected) });
  });

  it('is, for what came out of an archive, what was recorded then', async () => {
    const store = temporaryStore();
    const blob = { id: 'layer', size: 1, digest: weights.digest } as const;
    await store.metadata.describe({ ...sampleMetadata(id, []), archives: [{ blob, codec: 'tar', prefix: '' }] }, {});
    await store.metadata.describeMembers(id, { files: [{ path: weights.path, size: weights.size, sha256: weights.sha256 }] }, {});
    const writer = await store.cache.write(id, {});
    await placeFile(writer, { ...weights, ...sampleFile(weights.path, weights.content.toUpperCase()) });
    await writer.close();
    expect((await findings(store)).get(weights.path)).toMatchObject({ state: 'bad', expected: weights.digest });
  });
});

describe('names of one file on disk', () => {
  it('are read once, and all of them are told', async () => {
    const store = temporaryStore();
    const again = { ...weights, path: 'again.gguf' };
    await addSnapshot(store, { id, files: [weights, again], here: [weights] });
    const writer = await store.cache.write(id, {});
    await writer.reuse(again, {});
    await writer.close();
    const { path } = await snapshotOf(store);
    const isShared = statSync(join(path, again.path)).ino === statSync(join(path, weights.path)).ino;
    const read: string[] = [];
    const progress: Progress = {
      plan() {},
      begin: ({ label }) => {
        read.push(label);
        return { at() {}, end() {} };
      },
    };
    expect([...(await findings(store, progress)).values()].map(({ state }) => state)).toEqual(['ok', 'ok']);
    expect(read).toHaveLength(isShared ? 1 : 2);
  });
});

it('tells how far it is, and ends within a second of its signal, threads and all', async () => {
  const store = temporaryStore();
  const large = sampleFile('model.gguf', 'weights '.repeat(6 * 1024 * 1024));
  await addSnapshot(store, { id, files: [large] });
  const seen: string[] = [];
  const progress: Progress = {
    plan() {},
    begin: ({ size }) => ({ at: (bytes) => void seen.push(`${bytes} of ${size}`), end: (outcome) => void seen.push(outcome) }),
  };
  expect((await findings(store, progress)).get(large.path)).toMatchObject({ state: 'ok' });
  expect(seen).toEqual([`${32 * 1024 * 1024} of ${large.size}`, 'checked']);
  const targets = [{ snapshot: await snapshotOf(store) }];
  const ending = await endingOf(collect(store.verifier.verify({ targets, depth: 'content', progress }, { signal: soonAborted() })));
  expect(ending.how).not.toBe('still running');
});

it('sets a file aside on the disk where it stands, and takes its name from it in no other snapshot', async () => {
  const store = await filled();
  const other = { ...id, revision: sampleRevision(2) };
  await store.metadata.describe(sampleMetadata(other, [weights]), {});
  const writer = await store.cache.write(other, {});
  await writer.reuse(weights, {});
  await writer.close();
  const aside = await store.verifier.setAside(store.snapshot, weights.path, {});
  expect(existsSync(store.place)).toBe(false);
  await aside?.discard();
  expect((await snapshotOf(store, other)).missing).toEqual([]);
});
