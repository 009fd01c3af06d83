import type { FileFinding, StoredSnapshot, Verifier, VerifyRequest } from '../../src/index.ts';
import { snapshotKey, type StoreState } from './state.ts';

/** What is wrong with files of a fake store, by `revision path`. */
export interface Rot {
  /** Not the bytes that were placed. */
  readonly bad: Set<string>;
  /** Were here once. */
  readonly arrived: Set<string>;
  readonly writable: Set<string>;
  readonly extra: Set<string>;
  /** How deep it was looked, in order. */
  readonly depths: VerifyRequest['depth'][];
}

export function newRot(): Rot {
  return { bad: new Set(), arrived: new Set(), writable: new Set(), extra: new Set(), depths: [] };
}

/** Finds what it is told is wrong. */
export function fakeVerifier(state: StoreState, rot: Rot): Verifier {
  return {
    async *verify({ targets, depth }) {
      rot.depths.push(depth);
      for (const { snapshot, only } of targets) {
        const members = state.snapshots.get(snapshotKey(snapshot.id))?.members?.files ?? [];
        const files = [...snapshot.metadata.files, ...members].filter(({ path }) => only?.has(path) ?? true);
        for (const file of files) yield find(file, { snapshot, depth });
        for (const key of only ? [] : rot.extra) if (key.startsWith(snapshot.id.revision)) yield { snapshot, path: pathIn(key), state: 'extra' };
      }
    },
    async setAside({ id }, path) {
      state.log.push(`aside ${path}`);
      state.snapshots.get(snapshotKey(id))?.files.delete(path);
      return { path: `/trash/${path}`, discard: async () => void state.log.push(`discard ${path}`) };
    },
  };

  function find(
    { path, size, sha256 }: { readonly path: string; readonly size: number; readonly sha256?: string },
    { snapshot, depth }: { readonly snapshot: StoredSnapshot; readonly depth: VerifyRequest['depth'] },
  ): FileFinding {
    const key = `${snapshot.id.revision} ${path}`;
    const known = { snapshot, path, size, ...(sha256 !== undefined && { sha256 }) };
    if (!snapshot.files.some((file) => file.path === path)) return { ...known, state: 'missing', arrived: rot.arrived.has(key) };
    if (depth === 'content' && rot.bad.has(key)) return { ...known, state: 'bad', expected: `sha256:${sha256}`, actual: 'sha256:other' };
    return { snapshot, path, state: 'ok', size, writable: rot.writable.has(key) };
  }
}

function pathIn(key: string): string {
  return key.slice(key.indexOf(' ') + 1);
}
