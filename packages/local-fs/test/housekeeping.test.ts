import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { addSnapshot, collect, sampleFile, sampleId, sampleRecord, sampleRevision } from '@ilab/testkit';
import { describe, expect, it } from 'vitest';
import { newOwner } from '../src/process-identity.ts';
import { temporaryDirectory, temporaryStore } from './temporary-store.ts';
import { writeTree } from './write-tree.ts';

const id = sampleId();
const weights = sampleFile('model.gguf');
const HEX = 'a'.repeat(64);

/** An owner that is this one but for one part of its name. */
function ownerWith(index: number, part: string): string {
  return newOwner()
    .split('-')
    .map((own, at) => (at === index ? part : own))
    .join('-');
}

/** No process has so high a number (proc(5), pid_max). */
const dead = ownerWith(2, '4194305');

async function leftovers(ingest: Readonly<Record<string, string>>) {
  const store = temporaryStore();
  writeTree(join(store.models, '.store/ingest'), ingest);
  const found = await collect(store.housekeeper.leftovers({}));
  return { ...store, found, names: found.map(({ path }) => path.slice(join(store.models, '.store/').length)) };
}

describe('what is left over', () => {
  it('are parts of the dead, with their journals and what was unpacked from them', async () => {
    const part = `sha256-${HEX}.${dead}`;
    const { names } = await leftovers({ [part]: 'part', [`${part}.journal`]: '{}', [`${part}.d/member`]: 'x' });
    expect(names).toEqual([`ingest/${part}`, `ingest/${part}.d`, `ingest/${part}.journal`]);
  });

  it.each([
    ['of a living process', newOwner()],
    ['of another machine', ownerWith(0, 'ffffffff')],
  ])('are no parts %s', async (_what, owner) => {
    const { names } = await leftovers({ [`sha256-${HEX}.${owner}`]: 'part', [`sha256-${HEX}.${owner}.journal`]: '{}' });
    expect(names).toEqual([]);
  });

  it.each([`.share-${'0'.repeat(16)}`, `sha256-${HEX}`, `sha256-${HEX}.me`, 'notes.txt', `sha256-..${dead}`])(
    'is not %s, which may be at work or somebody else’s',
    async (name) => {
      expect((await leftovers({ [name]: 'x' })).names).toEqual([]);
    },
  );

  it('is all of the trash, links among it', async () => {
    const store = temporaryStore();
    const outside = temporaryDirectory();
    writeTree(outside, { mine: 'x' });
    writeTree(join(store.models, '.store/trash'), { 'half/model.gguf': 'x' });
    symlinkSync(outside, join(store.models, '.store/trash/link'));
    const found = await collect(store.housekeeper.leftovers({}));
    expect(found.map(({ kind }) => kind)).toEqual(['trash', 'trash']);
    for (const leftover of found) await store.housekeeper.removeLeftover(leftover, {});
    expect(readdirSync(join(store.models, '.store/trash'))).toEqual([]);
    expect(readdirSync(outside)).toEqual(['mine']);
  });

  it('is removed, bytes and all', async () => {
    const { housekeeper, found, models } = await leftovers({ [`sha256-${HEX}.${dead}`]: 'part' });
    expect(
      await housekeeper.bytesOf(
        found.map(({ path }) => path),
        {},
      ),
    ).toBe(4);
    expect(await Promise.all(found.map((leftover) => housekeeper.removeLeftover(leftover, {})))).toEqual([4]);
    expect(readdirSync(join(models, '.store/ingest'))).toEqual([]);
  });

  it('is found on the disk that a host’s directory leads to', async ({ skip }) => {
    const store = temporaryStore();
    if (!existsSync('/dev/shm')) return skip('there is no other disk');
    const disk = temporaryDirectory('/dev/shm');
    mkdirSync(store.models, { recursive: true });
    symlinkSync(disk, join(store.models, 'quay.io'));
    writeTree(join(disk, '.store/ingest'), { [`sha256-${HEX}.${dead}`]: 'part' });
    expect((await collect(store.housekeeper.leftovers({}))).map(({ path }) => path)).toEqual([join(disk, '.store/ingest', `sha256-${HEX}.${dead}`)]);
  });
});

describe('what can’t be read of a repository', () => {
  it.each([
    ['a record', '.versions/v1.json'],
    ['a snapshot', `@${'b'.repeat(40)}/.metadata`],
  ])('%s is told with the repository, also on another disk', async (_what, path) => {
    const store = temporaryStore();
    const disk = temporaryDirectory();
    mkdirSync(store.models, { recursive: true });
    symlinkSync(disk, join(store.models, 'registry.example'));
    await addSnapshot(store, { id, files: [weights] });
    await store.metadata.moveVersion(id, sampleRecord('v2', id.revision), {});
    const [sound] = await collect(store.cache.items({}));
    expect(sound).not.toHaveProperty('unreadable');
    writeTree(join(disk, 'team/granite'), { [path]: '{' });
    const [repository] = await collect(store.cache.items({}));
    expect(repository).toMatchObject({ kind: 'repository', unreadable: [expect.stringContaining(path.split('/')[0] ?? '')] });
  });
});

it('equal bytes of two snapshots are one file on disk, or two that are told apart', async () => {
  const store = temporaryStore();
  const other = { ...id, revision: sampleRevision(2) };
  for (const one of [id, other]) await addSnapshot(store, { id: one, files: [weights] });
  const inodes = await Promise.all([id, other].map(async (one) => (await store.cache.snapshot(one, {}))?.files[0]?.inode));
  // Placed, not shared: two downloads at once.
  expect(new Set(inodes).size).toBe(2);
});
