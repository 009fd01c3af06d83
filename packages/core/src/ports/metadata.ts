import type { RepositoryId, SnapshotId } from '../model/snapshot.ts';
import type { SignatureRecord } from '../model/signature.ts';
import type { SnapshotMembers, SnapshotMetadata, StoredSnapshot, VersionRecord } from '../model/stored.ts';
import type { CallOptions } from './call-options.ts';

/**
 * What the own store knows about its snapshots and version names. Fields it doesn't know MUST survive a rewrite.
 * Every write MUST be whole after a crash at any point: old or new, never torn.
 */
export interface Metadata {
  /** @throws IlabError E_STORE when it is there but torn or of another schema */
  snapshot(id: SnapshotId, options: CallOptions): Promise<SnapshotMetadata | undefined>;
  /**
   * Writes `.metadata` before the snapshot's first file. What is there already stays, unless it is `partial`: that is replaced, and
   * fields that only it has are kept.
   */
  describe(metadata: SnapshotMetadata, options: CallOptions): Promise<void>;
  members(id: SnapshotId, options: CallOptions): Promise<SnapshotMembers | undefined>;
  describeMembers(id: SnapshotId, members: SnapshotMembers, options: CallOptions): Promise<void>;
  /** What was found of a snapshot's signatures, in whichever tier it is; undefined when nobody looked. @throws IlabError E_STORE when it is torn */
  signature(snapshot: Pick<StoredSnapshot, 'path'>, options: CallOptions): Promise<SignatureRecord | undefined>;
  /** Replaces what was found before. The snapshot MUST be described by then. */
  recordSignature(id: SnapshotId, record: SignatureRecord, options: CallOptions): Promise<void>;
  version(id: RepositoryId, name: string, options: CallOptions): Promise<VersionRecord | undefined>;
  /** Moves or makes a version name by one atomic rename of its record; links for people follow. The snapshot MUST be whole by then. */
  moveVersion(id: RepositoryId, record: VersionRecord, options: CallOptions): Promise<void>;
  removeVersion(id: RepositoryId, name: string, options: CallOptions): Promise<void>;
}

/** Knows nothing and records nothing: for files that are on their own. */
export const nullMetadata: Metadata = {
  snapshot: () => Promise.resolve(undefined),
  describe: () => Promise.resolve(),
  members: () => Promise.resolve(undefined),
  describeMembers: () => Promise.resolve(),
  signature: () => Promise.resolve(undefined),
  recordSignature: () => Promise.resolve(),
  version: () => Promise.resolve(undefined),
  moveVersion: () => Promise.resolve(),
  removeVersion: () => Promise.resolve(),
};
