import { createHash } from 'node:crypto';
import { existsSync, linkSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isIlabError } from '@ilab/core';
import { addSnapshot, collect, sampleFile, sampleId, sampleRecord, sampleRevision } from '@ilab/testkit';
import { expect, it } from 'vitest';
import { newOwner } from '../src/process-identity.ts';
import { createListing } from '../src/index.ts';
import { temporaryStore } from './temporary-store.ts';
import { writeTree } from './write-tree.ts';

const id = sampleId();
const next = sampleId({ revision: sampleRevision(2) });
const [config, weights, deep] = [sampleFile('config.json'), sampleFile('model.safetensors'), sampleFile('sub/deep.txt')];
const entryOf = ({ revision }: typeof id) => `@${revision.replace(':', '-')}`;

/** Where a link may lie in wait, below the models directory; and what it leads to, below a folder that is none of the store's. */
const PLACES: readonly (readonly [what: string, place: string, target: string])[] = [
  ['the store’s own folder', '.store', 'home'],
  ['the folder for bytes on their way in', '.store/ingest', 'home'],
  ['the folder for leases', '.store/leases', 'home'],
  ['the trash', '.store/trash', 'home'],
  ['an organisation', 'registry.example/team', 'home'],
  ['a repository', 'registry.example/team/granite', 'home/repository'],
  ['the version records', 'registry.example/team/granite/.versions', 'home'],
  ['a version record', 'registry.example/team/granite/.versions/v1.json', 'home/v1.json'],
  ['the snapshot', `registry.example/team/granite/${entryOf(id)}`, 'home/snapshot'],
  ['the snapshot to come', `registry.example/team/granite/${entryOf(next)}`, 'home/snapshot'],
  ['.metadata', `registry.example/team/granite/${entryOf(id)}/.metadata`, 'home/v1.json'],
  ['the sums', `registry.example/team/granite/${entryOf(id)}/.metadata.sums`, 'home/v1.json'],
  ['a file', `registry.example/team/granite/${entryOf(id)}/config.json`, 'home/config.json'],
  ['a file, to one of the same size', `registry.example/team/granite/${entryOf(id)}/model.safetensors`, 'home/same'],
  ['a folder of the snapshot', `registry.example/team/granite/${entryOf(id)}/sub`, 'home'],
  ['a version’s link', 'registry.example/team/granite/v1', 'home'],
  ['the list’s index', '.store/listing.json', 'home/v1.json'],
  ['a folder that is not there yet', 'registry.example/other', 'home'],
];

async function hostileStore() {
  const store = temporaryStore();
  await addSnapshot(store, { id, files: [config, weights, deep] });
  await store.metadata.moveVersion(id, sampleRecord('v1', id.revision), {});
  const outside = join(store.root, 'outside');
  writeTree(outside, {
    'home/config.json': 'mine',
    'home/v1.json': '{"mine":true}',
    'home/.bashrc': 'mine',
    'home/same': 'x'.repeat(weights.size),
    [`home/granite/${entryOf(id)}/config.json`]: 'mine',
    'home/granite/.versions/v1.json': JSON.stringify(sampleRecord('v1', id.revision)),
    'home/snapshot/config.json': 'mine',
    'home/repository/.versions/v1.json': 'mine',
  });
  mkdirSync(join(outside, 'home/empty'));
  symlinkSync('@x', join(outside, 'home/a-version'));
  return { ...store, outside };
}

/** Every entry with its kind, mode, content and time of change. */
function fingerprint(directory: string): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(directory, { recursive: true }).map(String).sort()) {
    const path = join(directory, name);
    const stats = lstatSync(path);
    hash.update(`${name} ${stats.mode} ${stats.ino} ${stats.mtimeMs} ${stats.ctimeMs} ${stats.nlink}\n`);
    if (stats.isFile()) hash.update(readFileSync(path));
  }
  return hash.digest('hex');
}

/** Puts a link where something of the store may be, through so many others. */
function plant(path: string, { target, hops, outside }: { readonly target: string; readonly hops: number; readonly outside: string }): void {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(dirname(path), { recursive: true });
  const chain = join(outside, '..', 'chain');
  mkdirSync(chain, { recursive: true });
  let to = join(outside, target);
  for (let hop = 1; hop < hops; hop++) {
    const link = join(chain, `link${hop}`);
    symlinkSync(to, link);
    to = link;
  }
  symlinkSync(to, path);
}

/** Does everything that a user can, whatever comes of each. @returns errors that are no plain ones */
async function doEverything({ cache, metadata, models, root }: Awaited<ReturnType<typeof hostileStore>>): Promise<readonly unknown[]> {
  const other = sampleId({ repository: 'other/model' });
  const listing = createListing({ directory: models, checkpointsDirectory: join(root, 'none'), extraDirectories: [] });
  const steps: (() => Promise<unknown>)[] = [
    () => collect(cache.items({})),
    () => collect(listing.listing({})),
    () => cache.snapshot(id, {}),
    () => addSnapshot({ cache, metadata }, { id, files: [config, weights, deep] }),
    () => addSnapshot({ cache, metadata }, { id: next, files: [config, weights, deep] }),
    () => addSnapshot({ cache, metadata }, { id: other, files: [config, deep] }),
    () => reuse(),
    () => metadata.describeMembers(id, { files: [] }, {}),
    () => metadata.moveVersion(id, sampleRecord('v1', next.revision), {}),
    () => metadata.moveVersion(id, sampleRecord('v2', next.revision), {}),
    () => metadata.removeVersion(id, 'v1', {}),
    () => cache.remove(next, {}),
    () => cache.remove(id, {}),
    () => cache.removeItem(join(models, 'registry.example/team/granite', entryOf(id)), {}),
    () => collect(listing.listing({})),
  ];
  const reuse = async (): Promise<void> => {
    const writer = await cache.write(id, {});
    try {
      for (const file of [config, weights, deep]) await writer.reuse(file, {});
    } finally {
      await writer.close();
    }
  };
  const odd: unknown[] = [];
  for (const step of steps) await step().catch((error: unknown) => (isIlabError(error) ? undefined : odd.push(error)));
  return odd;
}

it.each(PLACES.flatMap(([what, place, target]) => [1, 2, 5].map((hops) => [what, hops, place, target] as const)))(
  'a link in place of %s, %i long, leads nothing out of the store',
  async (_what, hops, place, target) => {
    const store = await hostileStore();
    plant(join(store.models, place), { target, hops, outside: store.outside });
    const before = fingerprint(store.outside);
    expect(await doEverything(store)).toEqual([]);
    expect(fingerprint(store.outside)).toBe(before);
  },
);

it('a link in place of what an earlier download left is not written through, nor a second name of somebody’s file', async () => {
  const store = await hostileStore();
  const [machine, boot, , , nonce] = newOwner().split('-');
  const dead = (number: number) => [machine, boot, 4_194_300 + number, 1, nonce].join('-');
  const ingest = join(store.models, '.store/ingest');
  const part = sampleFile('part').digest.replace(':', '-');
  symlinkSync(join(store.outside, 'home/.bashrc'), join(ingest, `${part}.${dead(1)}`));
  linkSync(join(store.outside, 'home/v1.json'), join(ingest, `${part}.${dead(2)}`));
  const before = fingerprint(store.outside);
  await addSnapshot(store, { id: next, files: [sampleFile('part')] });
  expect(fingerprint(store.outside)).toBe(before);
});

it('a link under a file’s name is not that file, and makes way for it', async () => {
  const store = await hostileStore();
  const path = join(store.models, 'registry.example/team/granite', entryOf(id), 'model.safetensors');
  renameSync(path, join(store.root, 'moved'));
  symlinkSync(join(store.outside, 'home/same'), path);
  expect((await store.cache.snapshot(id, {}))?.missing).toEqual(['model.safetensors']);
  await addSnapshot(store, { id, files: [config, weights, deep], here: [weights] });
  expect(lstatSync(path).isFile()).toBe(true);
  expect(readFileSync(path, 'utf8')).toBe(weights.content);
  expect(existsSync(join(store.outside, 'home/same'))).toBe(true);
});

it('a host’s directory may lead to another disk', async () => {
  const store = temporaryStore();
  const disk = join(store.root, 'disk');
  mkdirSync(disk);
  mkdirSync(store.models);
  symlinkSync(disk, join(store.models, 'registry.example'));
  await addSnapshot(store, { id, files: [config, deep] });
  expect(readdirSync(join(disk, 'team/granite', entryOf(id)))).toContain('config.json');
  writeFileSync(join(disk, 'other'), '');
  expect(await store.cache.remove(id, {})).toBeGreaterThan(0);
});
