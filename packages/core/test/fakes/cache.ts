import { type Cache, type Holder, IlabError, type OlderFile, type SnapshotId, type SnapshotWriter, type StoreItem } from '../../src/index.ts';
import { type HeldSnapshot, snapshotKey, STORE, type StoreState, storedRepositories, storedSnapshot } from './state.ts';

/** A store in memory. Bytes are their hashes: a file is here when it was placed. */
export function fakeCache(state: StoreState): Cache {
  const items = (): readonly StoreItem[] => [...storedRepositories(state), ...state.others];
  return {
    directory: STORE,
    async *items() {
      yield* items();
    },
    async *listing() {
      yield* items();
    },
    async owner(path) {
      const item = items().find((one) => path === one.path || path.startsWith(`${one.path}/`));
      if (item?.kind !== 'repository') return item && { item };
      const [head = '', ...file] = path.slice(item.path.length + 1).split('/');
      const revision = item.snapshots.find((snapshot) => snapshot.path.endsWith(`/${head}`))?.id.revision;
      return { item, ...(revision === undefined ? { version: head } : { revision }), ...(file.length > 0 && { file: file.join('/') }) };
    },
    snapshot: (id) => Promise.resolve(storedSnapshot(state, id)),
    older: (id) => Promise.resolve(olderFiles(state, id)),
    available: () => Promise.resolve(state.available),
    async lease(id) {
      state.inUse.add(id.revision);
      return { end: async () => void state.inUse.delete(id.revision) };
    },
    async write(id) {
      const held = state.snapshots.get(snapshotKey(id));
      if (!held) throw new Error('grown before it was described');
      state.inUse.add(id.revision);
      return fakeWriter(state, { id, held });
    },
    async remove(id) {
      if (state.inUse.has(id.revision)) throw new IlabError('E_IN_USE', `${id.revision} is in use.`);
      const bytes = storedSnapshot(state, id)?.uniqueSize ?? 0;
      state.log.push(`remove ${id.revision}`);
      state.snapshots.delete(snapshotKey(id));
      return bytes;
    },
    async removeItem(path) {
      state.log.push(`remove ${path}`);
      const index = state.others.findIndex((item) => item.path === path);
      const [item] = state.others.splice(index, 1);
      return item?.kind === 'legacy' ? item.size : 0;
    },
  };
}

function olderFiles(state: StoreState, id: SnapshotId): ReadonlyMap<string, readonly OlderFile[]> {
  const here = [...state.snapshots.values()].filter(({ metadata }) => metadata.repository === id.repository && metadata.revision !== id.revision);
  const older = here.flatMap(({ metadata: snapshot, files }) =>
    [...files.values()].map(({ path, size, sha256 }): OlderFile => {
      const digest = `sha256:${sha256}` as const;
      return { snapshot, file: { path, blob: { id: path, size, digest } }, path: `/older/${path}` };
    }),
  );
  return Map.groupBy(older, ({ file }) => file.path);
}

/** Who is said to be waited for. */
const OTHER: Holder = { pid: 4711, since: '2026-05-04T03:02:01.000Z', command: 'ilab \u001b[31mmodel', purpose: 'download' };

/** One writer of a staging place at a time; the next waits, as the port says. */
const waiting = new WeakMap<StoreState, Map<string, Promise<void>>>();

function fakeWriter(state: StoreState, { id, held }: { readonly id: SnapshotId; readonly held: HeldSnapshot }): SnapshotWriter {
  const turns = waiting.get(state) ?? new Map<string, Promise<void>>();
  waiting.set(state, turns);
  return {
    path: storedSnapshot(state, id)?.path ?? '',
    placeOf: (path) => `${storedSnapshot(state, id)?.path}/${path}`,
    has: ({ path, size }) => Promise.resolve(held.files.get(path)?.size === size),
    async reuse(file) {
      const found = [...state.snapshots.values()].some(({ files }) => [...files.values()].some(({ sha256 }) => sha256 === file.sha256));
      if (found) held.files.set(file.path, file);
      return found;
    },
    async adopt(file, donation) {
      state.log.push(`adopt ${file.path} from ${donation.tool}`);
      const outcome = state.donated.get(donation.path) ?? 'gone';
      if (outcome === 'adopted') held.files.set(file.path, file);
      return outcome;
    },
    async stage({ digest }, { onWait }) {
      const before = turns.get(digest);
      if (before) for (const _look of [1, 2]) onWait?.(OTHER);
      const { promise, resolve } = Promise.withResolvers<void>();
      turns.set(digest, promise);
      await before;
      state.log.push(`stage ${digest}`);
      state.staged.add(digest);
      const giveUp = async (): Promise<void> => {
        state.staged.delete(digest);
        resolve();
      };
      return { path: `/ingest/${digest}`, directory: () => Promise.resolve(`/ingest/${digest}.d`), release: giveUp, discard: giveUp };
    },
    async place({ path, size, sha256 }) {
      state.log.push(`place ${path}`);
      held.files.set(path, { path, size, sha256 });
    },
    async close() {
      state.log.push('close');
      state.inUse.delete(id.revision);
    },
  };
}
