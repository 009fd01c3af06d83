import { mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StoreItem } from '@ilab/core';
import { addSnapshot, collect, sampleFile, sampleId, sampleMetadata, sampleRecord, sampleRevision } from '@ilab/testkit';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory, temporaryStore } from '../test/temporary-store.ts';
import { withMode } from '../test/with-mode.ts';
import { writeTree } from '../test/write-tree.ts';

const file = sampleFile('config.json');
const good = sampleId({ repository: 'team/good' });
const bad = sampleId({ repository: 'team/bad' });
const entry = `@${bad.revision.replace(':', '-')}`;

/** Two repositories with a version each, one of them to be broken. */
async function storeWithTwo() {
  const store = temporaryStore();
  for (const id of [good, bad]) {
    await addSnapshot(store, { id, files: [file] });
    await store.metadata.moveVersion(id, sampleRecord('v1', id.revision), {});
  }
  const list = async () => summary(await collect(store.cache.items({})));
  return { ...store, list, repository: join(store.models, 'registry.example/team/bad') };
}

/** Names of what is listed, and of what is broken with the reason. */
function summary(items: readonly StoreItem[]) {
  const whole = items.flatMap((item) => (item.kind === 'repository' ? [`${item.id.repository} ${item.versions.map(({ name }) => name).join()}`] : []));
  const broken = items.flatMap((item) => (item.kind === 'broken' ? [{ name: item.name, reason: item.reason }] : []));
  return { whole, broken };
}

describe('one bad thing never hides the others', () => {
  it.each<[string, (repository: string) => void, string, RegExp]>([
    ['a torn .metadata', (path) => truncateSync(join(path, entry, '.metadata'), 40), entry, /JSON/],
    ['an empty .metadata', (path) => truncateSync(join(path, entry, '.metadata'), 0), entry, /JSON/],
    ['no .metadata', (path) => rmSync(join(path, entry, '.metadata')), entry, /no \.metadata/],
    ['a .metadata of another schema', (path) => writeFileSync(join(path, entry, '.metadata'), '{"schema":2}'), entry, /schema 2/],
    [
      'a .metadata that leads out',
      (path) => writeFileSync(join(path, entry, '.metadata'), JSON.stringify(sampleMetadata(bad, [sampleFile('../x')]))),
      entry,
      /files/,
    ],
    ['a .metadata that is a directory', directoryInPlaceOfMetadata, entry, /EISDIR/],
    ['torn members', tornMembers, entry, /JSON/],
    [
      'a name that points to nothing',
      (path) => rmSync(join(path, entry), { recursive: true }),
      '.versions/v1.json',
      /“v1” points to a snapshot that is not here/,
    ],
  ])('%s', async (_what, breakIt, name, reason) => {
    const { repository, list } = await storeWithTwo();
    breakIt(repository);
    expect(await list()).toEqual({ whole: ['team/good v1'], broken: [{ name: `registry.example/team/bad/${name}`, reason: expect.stringMatching(reason) }] });
  });

  it('a torn record, whose snapshot is listed all the same', async () => {
    const { repository, list } = await storeWithTwo();
    truncateSync(join(repository, '.versions/v1.json'), 30);
    expect(await list()).toEqual({
      whole: ['team/bad ', 'team/good v1'],
      broken: [{ name: 'registry.example/team/bad/.versions/v1.json', reason: expect.stringMatching(/JSON/) }],
    });
  });

  it('one snapshot of two, and one name of three', async () => {
    const { repository, list, ...store } = await storeWithTwo();
    const other = { ...bad, revision: sampleRevision(2) };
    await addSnapshot(store, { id: other, files: [file] });
    await store.metadata.moveVersion(bad, sampleRecord('v2', other.revision), {});
    await store.metadata.moveVersion(bad, sampleRecord('lost', sampleRevision(3)), {});
    truncateSync(join(repository, entry, '.metadata'), 40);
    const { whole, broken } = await list();
    expect(whole).toEqual(['team/bad v2', 'team/good v1']);
    expect(broken.map(({ name }) => name)).toEqual([`registry.example/team/bad/${entry}`, 'registry.example/team/bad/.versions/lost.json']);
  });

  it.each([
    ['a repository', ''],
    ['its records', '.versions'],
    ['a snapshot', entry],
  ])('%s that may not be read', async (_what, below) => {
    const { repository, list } = await storeWithTwo();
    const { whole, broken } = await withMode(join(repository, below), 0o000, list);
    expect(whole).toContain('team/good v1');
    expect(broken).toEqual([{ name: join('registry.example/team/bad', below), reason: expect.stringMatching(/EACCES/) }]);
  });

  it('links to nowhere and in circles', async () => {
    const { models, list } = await storeWithTwo();
    symlinkSync('nowhere', join(models, 'offline.example'));
    symlinkSync('circle.example', join(models, 'circle.example'));
    expect(await list()).toEqual({ whole: ['team/bad v1', 'team/good v1'], broken: [] });
  });

  it('can be removed by the path that is listed', async () => {
    const { repository, list, cache } = await storeWithTwo();
    rmSync(join(repository, entry), { recursive: true });
    for (const item of await collect(cache.items({}))) if (item.kind === 'broken') await cache.removeItem(item.path, {});
    expect(await list()).toEqual({ whole: ['team/good v1'], broken: [] });
  });
});

describe('listing', () => {
  it('shows nothing of what is not a model', async () => {
    const { list, models } = await storeWithTwo();
    writeTree(models, {
      '.store/ingest/registry.example/@x/.metadata': '{',
      'registry.example/.store/ingest/x': '',
      'registry.example/team/good/.versions/.0a1b.tmp': '{',
    });
    expect(await list()).toEqual({ whole: ['team/bad v1', 'team/good v1'], broken: [] });
  });

  it('follows a host’s directory to another disk, where snapshots grow, are read and removed as well', async () => {
    const { list, models, root, cache, metadata } = await storeWithTwo();
    renameSync(join(models, 'registry.example'), join(root, 'disk'));
    symlinkSync(join(root, 'disk'), join(models, 'registry.example'));
    const other = { ...bad, revision: sampleRevision(2) };
    await addSnapshot({ cache, metadata }, { id: other, files: [file] });
    expect((await cache.snapshot(other, {}))?.path).toBe(join(root, 'disk/team/bad', `@${other.revision.replace(':', '-')}`));
    expect((await list()).whole).toEqual(['team/bad v1', 'team/good v1']);
    expect(await cache.remove(other, {})).toBeGreaterThan(0);
    expect(await cache.snapshot(other, {})).toBeUndefined();
  });

  it('shows read-only tiers after the own, and which are offline', async () => {
    const shared = temporaryStore();
    await addSnapshot(shared, { id: good, files: [file] });
    const own = temporaryStore({ extraDirectories: [shared.models, '/nowhere/at/all'] });
    await addSnapshot(own, { id: bad, files: [file] });
    const tiers = (await collect(own.cache.items({}))).map((item) => (item.kind === 'repository' ? `${item.tier} ${item.id.repository}` : item.kind));
    expect(tiers).toEqual(['own team/bad', 'extra team/good', 'offline']);
    expect(await own.cache.snapshot(good, {})).toBeUndefined();
  });

  it('shows what it can when a tier or the checkpoints may not be read', async () => {
    const closed = temporaryDirectory();
    const store = temporaryStore({ extraDirectories: [closed], checkpointsDirectory: closed });
    await addSnapshot(store, { id: good, files: [file] });
    const { whole, broken } = await withMode(closed, 0o000, async () => summary(await collect(store.cache.items({}))));
    expect(whole).toEqual(['team/good ']);
    expect(broken.map(({ name }) => name)).toEqual([closed, closed]);
  });
});

function directoryInPlaceOfMetadata(path: string): void {
  rmSync(join(path, entry, '.metadata'));
  mkdirSync(join(path, entry, '.metadata'));
}

/** Members are read where there are archives to have any. */
function tornMembers(path: string): void {
  const archive = { blob: { id: file.digest, digest: file.digest, size: 1 }, codec: 'tar', prefix: '' };
  writeFileSync(join(path, entry, '.metadata'), JSON.stringify({ ...sampleMetadata(bad, [file]), archives: [archive] }));
  writeFileSync(join(path, entry, '.metadata.members'), '{');
}
