import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { StoreItem } from '@ilab/core';
import { addSnapshot, sampleFile, sampleId, sampleRecord, sampleRevision } from '@ilab/testkit';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory, temporaryStore } from '../test/temporary-store.ts';
import { withMode } from '../test/with-mode.ts';
import { openListingIndex } from './listing-index.ts';
import { scanStore } from './store-items.ts';

const files = [sampleFile('config.json'), sampleFile('model.safetensors'), sampleFile('sub/late.txt')];
const here = files.slice(0, 2);
const id = sampleId();
/** As if all of it had lain there for long. */
const later = () => Date.now() + 60_000;

async function listedStore() {
  const store = temporaryStore();
  await addSnapshot(store, { id, files, here });
  await store.metadata.moveVersion(id, sampleRecord('v1', id.revision), {});
  const repository = join(store.models, 'registry.example/team/granite');
  const snapshot = join(repository, `@${id.revision.replace(':', '-')}`);
  const indexFile = join(store.models, '.store/listing.json');
  const directories = { directory: store.models, checkpointsDirectory: join(store.root, 'none'), extraDirectories: [] };
  const listed = (started = later()) => {
    const index = openListingIndex(store.models, started);
    const items = [...scanStore(directories, index)];
    index.save();
    return items;
  };
  /** The same from the files alone. */
  const read = () => [...scanStore(directories)];
  listed();
  return { ...store, repository, snapshot, indexFile, listed, read };
}

/** What a list shows. */
function shown(items: readonly StoreItem[]): unknown {
  return items.map((item) => {
    if (item.kind !== 'repository') return item;
    const snapshots = item.snapshots.map(({ files: found, ...snapshot }) => ({
      ...snapshot,
      metadata: snapshot.metadata.requested,
      files: found.map(({ path, size }) => ({ path, size })),
    }));
    return { ...item, snapshots };
  });
}

type Listed = Awaited<ReturnType<typeof listedStore>>;

/** Gives a file other content of the same length and the same time. */
function forge(path: string): void {
  const { atime, mtime } = statSync(path);
  const length = readFileSync(path).length;
  rmSync(path);
  writeFileSync(path, 'x'.repeat(length));
  utimesSync(path, atime, mtime);
}

describe('a list with an index shows what the files say', () => {
  it('when nothing has changed, and then it comes from the index', async () => {
    const store = await listedStore();
    expect(shown(store.listed())).toEqual(shown(store.read()));
    const index = openListingIndex(store.models);
    expect(index.recall(store.repository, readdirSync(store.repository, { withFileTypes: true }))).toBeDefined();
  });

  it.each<[string, (store: Listed) => void | Promise<void>]>([
    [
      'a file cut short, its time set back',
      ({ snapshot }) => {
        const path = join(snapshot, 'model.safetensors');
        const { atime, mtime } = statSync(path);
        truncateSync(path, 1);
        utimesSync(path, atime, mtime);
      },
    ],
    ['a file removed', ({ snapshot }) => rmSync(join(snapshot, 'config.json'))],
    [
      'a file that was missing, put there by hand',
      ({ snapshot }) => {
        mkdirSync(join(snapshot, 'sub'));
        writeFileSync(join(snapshot, 'sub/late.txt'), files[2]?.content ?? '');
      },
    ],
    ['a file linked from elsewhere', ({ snapshot, root }) => linkSync(join(snapshot, 'config.json'), join(root, 'other'))],
    [
      'a file replaced by a directory',
      ({ snapshot }) => {
        rmSync(join(snapshot, 'config.json'));
        mkdirSync(join(snapshot, 'config.json'));
      },
    ],
    [
      'a record edited in place',
      ({ repository }) =>
        writeFileSync(join(repository, '.versions/v1.json'), JSON.stringify({ ...sampleRecord('v1', id.revision), selectors: ['config.json'] })),
    ],
    ['a record torn, its length and time as before', ({ repository }) => forge(join(repository, '.versions/v1.json'))],
    ['a record removed', ({ repository }) => rmSync(join(repository, '.versions/v1.json'))],
    ['all records removed', ({ repository }) => rmSync(join(repository, '.versions'), { recursive: true })],
    ['a record added', ({ metadata }) => metadata.moveVersion(id, sampleRecord('v2', id.revision), {})],
    ['.metadata torn, its length and time as before', ({ snapshot }) => forge(join(snapshot, '.metadata'))],
    ['.metadata removed', ({ snapshot }) => rmSync(join(snapshot, '.metadata'))],
    ['the snapshot removed', ({ snapshot }) => rmSync(snapshot, { recursive: true })],
    ['the snapshot renamed', ({ snapshot, repository }) => renameSync(snapshot, join(repository, `@sha256-${'9'.repeat(64)}`))],
    ['the whole repository removed', ({ repository }) => rmSync(repository, { recursive: true })],
    ['another snapshot', (store) => addSnapshot(store, { id: sampleId({ revision: sampleRevision(2) }), files })],
    ['another repository', (store) => addSnapshot(store, { id: sampleId({ repository: 'team/other' }), files })],
  ])('after %s', async (_what, change) => {
    const store = await listedStore();
    const before = shown(store.read());
    await change(store);
    const truth = shown(store.read());
    expect(truth, 'the change is one that shows').not.toEqual(before);
    expect(shown(store.listed())).toEqual(truth);
    expect(shown(store.listed()), 'also the next time').toEqual(truth);
  });

  it.each<[string, string]>([
    ['empty', ''],
    ['torn', '{"schema":1,"entries":[["'],
    ['of another schema', '{"schema":1,"entries":[]}'],
    ['no index', '{"schema":2,"entries":[7,null,["a"],["a",null,{}]]}'],
  ])('when the index is %s', async (_what, text) => {
    const store = await listedStore();
    writeFileSync(store.indexFile, text);
    expect(shown(store.listed())).toEqual(shown(store.read()));
    expect(JSON.parse(readFileSync(store.indexFile, 'utf8'))).toMatchObject({ entries: [[store.repository, null, {}]] });
  });

  it('when the index is gone', async () => {
    const store = await listedStore();
    rmSync(store.indexFile);
    expect(shown(store.listed())).toEqual(shown(store.read()));
  });
});

describe('the index', () => {
  it('takes nothing that changed just now: its next change might have the same time', async () => {
    const store = await listedStore();
    rmSync(store.indexFile);
    store.listed(Date.now());
    expect(JSON.parse(readFileSync(store.indexFile, 'utf8'))).toMatchObject({ entries: [] });
  });

  it('is not made where there is no store', () => {
    const root = temporaryDirectory();
    const index = openListingIndex(root, later());
    index.save();
    expect(readdirSync(root)).toEqual([]);
  });

  it('is not written through a link', async () => {
    const store = await listedStore();
    const elsewhere = join(store.root, 'elsewhere');
    mkdirSync(elsewhere);
    rmSync(join(store.models, '.store'), { recursive: true });
    symlinkSync(elsewhere, join(store.models, '.store'));
    expect(shown(store.listed())).toEqual(shown(store.read()));
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  it('takes the place of a link, and leaves alone what that leads to', async () => {
    const store = await listedStore();
    writeFileSync(join(store.root, 'precious'), 'mine');
    rmSync(store.indexFile);
    symlinkSync(join(store.root, 'precious'), store.indexFile);
    store.listed();
    expect(readFileSync(join(store.root, 'precious'), 'utf8')).toBe('mine');
    expect(lstatSync(store.indexFile).isFile()).toBe(true);
  });

  it('fails nothing where it can’t be written', async () => {
    const store = await listedStore();
    rmSync(store.indexFile);
    await withMode(join(store.models, '.store'), 0o555, async () => {
      expect(shown(store.listed())).toEqual(shown(store.read()));
    });
    expect(existsSync(store.indexFile)).toBe(false);
  });
});
