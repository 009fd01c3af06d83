import type { Metadata } from '../../src/index.ts';
import { repositoryKey, snapshotKey, storedSnapshot, type StoreState } from './state.ts';

/** Metadata in memory. A name that would point to nothing is refused, as the port demands of its callers. */
export function fakeMetadata(state: StoreState): Metadata {
  return {
    snapshot: (id) => Promise.resolve(state.snapshots.get(snapshotKey(id))?.metadata),
    async describe(metadata) {
      const before = state.snapshots.get(snapshotKey(metadata));
      if (before && !before.metadata.partial) return;
      state.log.push(`describe ${metadata.revision}`);
      state.snapshots.set(snapshotKey(metadata), { ...before, metadata, files: before?.files ?? new Map() });
    },
    members: (id) => Promise.resolve(state.snapshots.get(snapshotKey(id))?.members),
    async describeMembers(id, members) {
      const held = state.snapshots.get(snapshotKey(id));
      if (!held) throw new Error('members of a snapshot that is not described');
      state.log.push(`members ${members.files.map(({ path }) => path).join(' ')}`);
      held.members ??= members;
    },
    signature: ({ path }) => Promise.resolve(state.signatures.get(path)),
    async recordSignature(id, record) {
      const path = storedSnapshot(state, id)?.path;
      if (path === undefined) throw new Error('a signature of a snapshot that is not described');
      state.log.push(`signature ${record.state}`);
      state.signatures.set(path, record);
    },
    version: (id, name) => Promise.resolve(state.versions.get(repositoryKey(id))?.get(name)),
    async moveVersion(id, record) {
      if (!state.snapshots.has(snapshotKey({ ...id, revision: record.revision }))) throw new Error(`${record.name} would point to nothing`);
      state.log.push(`name ${record.name} → ${record.revision}`);
      const names = state.versions.get(repositoryKey(id)) ?? new Map();
      state.versions.set(repositoryKey(id), names.set(record.name, record));
    },
    async removeVersion(id, name) {
      state.log.push(`unname ${name}`);
      state.versions.get(repositoryKey(id))?.delete(name);
    },
  };
}
