import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cache, Housekeeper, Metadata, SnapshotMetadata, SnapshotWriter, Verifier } from '@ilab/core';
import { createLocalStore, type LocalStore } from '@ilab/local-fs';
import type { KeptStore, VerifiableStore } from '@ilab/testkit';
import { onTestFinished } from 'vitest';
import type { BrokenAdapter } from './broken-adapter.ts';

type Store = KeptStore & VerifiableStore;
type BrokenStore = BrokenAdapter<() => Promise<Store>>;

export const soundStore: () => Promise<Store> = make(() => ({}));

export const BROKEN_CACHES: readonly BrokenStore[] = [
  brokenCache('has room for nothing', 'starts empty, with room', () => ({ available: async () => 0 })),
  brokenCache('knows nobody’s path', 'says whose a path is', () => ({ owner: async () => undefined })),
  brokenCache('lists on after its signal', 'stops listing when its signal', (cache) => ({ items: () => cache.items({}) })),
  brokenCache('lists everything twice', 'lists a repository of its own', (cache) => ({
    async *items(options) {
      for (let round = 0; round < 2; round += 1) yield* cache.items(options);
    },
  })),
  brokenWriter('places whatever it is told to', 'refuses a file at “../x”', () => ({ place: async () => undefined })),
  brokenWriter('says that it has what it has not', 'has a file only once it is placed', () => ({ has: async () => true })),
  brokenWriter('places other bytes', 'holds exactly the bytes that were placed', (writer) => ({
    async place(file, from) {
      await writer.place(file, from);
      await chmod(join(writer.path, file.path), 0o644);
      await writeFile(join(writer.path, file.path), 'x'.repeat(file.size));
    },
  })),
  brokenWriter('takes unlike bytes for equal', 'takes from equal bytes that are here, and from nothing else', () => ({ reuse: async () => true })),
  brokenCache('removes what is in use', 'refuses what is in use', (cache) => ({ remove: (id, options) => cache.remove(id, options).catch(() => 0) })),
  brokenCache('removes nothing', 'removes one snapshot whole', () => ({ remove: async () => 1_000_000 })),
];

export const BROKEN_METADATA: readonly BrokenStore[] = [
  brokenMetadata('drops what it does not know', 'unknown fields too', (metadata) => ({
    async snapshot(...args) {
      const known = Object.entries((await metadata.snapshot(...args)) ?? {}).filter(([key]) => !key.startsWith('x-'));
      return known.length === 0 ? undefined : (Object.fromEntries(known) as unknown as SnapshotMetadata);
    },
  })),
  brokenMetadata('takes the last word', 'describes a snapshot once', (metadata) => {
    let last: Awaited<ReturnType<Metadata['snapshot']>>;
    return {
      describe(given, options) {
        last = given;
        return metadata.describe(given, options);
      },
      snapshot: async (...args) => (await metadata.snapshot(...args)) && last,
    };
  }),
  brokenMetadata('moves no name', 'makes, moves and removes the name “refs/pr/3”', () => ({ moveVersion: async () => undefined })),
  brokenMetadata('takes names for one that differ in case of letters only', 'keeps all those names apart', (metadata) => ({
    version: async (id, name, options) => metadata.version(id, name === '@x' ? 'größe' : name, options),
  })),
  brokenMetadata('describes what leads outside', 'refuses to describe a file at “../x”', (metadata) => ({
    describe: (...args) => metadata.describe(...args).catch(() => undefined),
  })),
];

export const BROKEN_VERIFIERS: readonly BrokenStore[] = [
  brokenVerifier('finds all as it should be', 'finds other bytes', (verifier) => ({
    async *verify(...args) {
      for await (const finding of verifier.verify(...args)) yield { ...finding, state: 'ok' } as never;
    },
  })),
  brokenVerifier('overlooks what is gone', 'finds a file of another size and one that is gone', (verifier) => ({
    async *verify(...args) {
      for await (const finding of verifier.verify(...args)) if (finding.state !== 'missing') yield finding;
    },
  })),
  brokenVerifier('overlooks what is too much', 'no part of the revision', (verifier) => ({
    async *verify(...args) {
      for await (const finding of verifier.verify(...args)) if (finding.state !== 'extra') yield finding;
    },
  })),
  brokenVerifier('verifies on after its signal', 'stops when its signal is aborted', (verifier) => ({ verify: (request) => verifier.verify(request, {}) })),
  brokenVerifier('sets nothing aside', 'takes a file out of its name', () => ({ setAside: async () => undefined })),
];

export const BROKEN_HOUSEKEEPERS: readonly BrokenStore[] = [
  brokenHousekeeper('takes living downloads for left over', 'never calls a download left over', (housekeeper, { cache }) => ({
    async *leftovers(options) {
      yield* housekeeper.leftovers(options);
      for await (const item of cache.items({})) yield { kind: 'partial', path: item.path, modified: '2026-01-02T03:04:05.000Z' };
    },
  })),
  brokenHousekeeper('takes nothing for in use', 'says what is in use', () => ({ isInUse: async () => false })),
  brokenHousekeeper('counts what is shared twice', 'what is shared with what stays does not', () => ({
    bytesOf: async (paths) => (paths.length === 1 ? 1_000_000 : 0),
  })),
  brokenHousekeeper('says that more came back than was there', 'removes nothing that is gone already', () => ({ removeLeftover: async () => 1 })),
];

function make(spoil: (store: LocalStore) => Partial<Store>): () => Promise<Store> {
  return async () => {
    const root = realpathSync(mkdtempSync(join(tmpdir(), 'ilab-store-')));
    onTestFinished(() => rmSync(root, { recursive: true, force: true }));
    const store = createLocalStore({
      directory: join(root, 'models'),
      checkpointsDirectory: join(root, 'checkpoints'),
      extraDirectories: [],
      home: root,
      cwd: root,
    });
    return { ...store, ...spoil(store) };
  };
}

function brokenCache(what: string, caughtBy: string, spoil: (cache: Cache) => Partial<Cache>): BrokenStore {
  return { what, caughtBy, make: make(({ cache }) => ({ cache: over(cache, spoil(cache)) })) };
}

function brokenWriter(what: string, caughtBy: string, spoil: (writer: SnapshotWriter) => Partial<SnapshotWriter>): BrokenStore {
  return brokenCache(what, caughtBy, (cache) => ({
    async write(...args) {
      const writer = await cache.write(...args);
      return over(writer, spoil(writer));
    },
  }));
}

function brokenMetadata(what: string, caughtBy: string, spoil: (metadata: Metadata) => Partial<Metadata>): BrokenStore {
  return { what, caughtBy, make: make(({ metadata }) => ({ metadata: over(metadata, spoil(metadata)) })) };
}

function brokenVerifier(what: string, caughtBy: string, spoil: (verifier: Verifier) => Partial<Verifier>): BrokenStore {
  return { what, caughtBy, make: make(({ verifier }) => ({ verifier: over(verifier, spoil(verifier)) })) };
}

function brokenHousekeeper(what: string, caughtBy: string, spoil: (housekeeper: Housekeeper, store: LocalStore) => Partial<Housekeeper>): BrokenStore {
  return { what, caughtBy, make: make((store) => ({ housekeeper: over(store.housekeeper, spoil(store.housekeeper, store)) })) };
}

/** An object with some of its members replaced; the others still are its own, classes included. */
function over<T extends object>(sound: T, spoiled: Partial<T>): T {
  return new Proxy(sound, {
    get(target, key) {
      const value = key in spoiled ? spoiled[key as keyof T] : target[key as keyof T];
      return typeof value === 'function' && !(key in spoiled) ? value.bind(target) : value;
    },
  });
}
