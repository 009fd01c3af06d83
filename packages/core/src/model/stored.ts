import type { Digest } from './digest.ts';
import type { RemoteArchive, RepositoryId, SnapshotId, VersionKind } from './snapshot.ts';

/** In what form a model’s weights are. */
export type ModelFormat = 'safetensors' | 'gguf' | 'adapter' | 'mixed' | 'unknown';

/** A file of a revision as `.metadata` records it, whether or not it is here. */
export interface MetadataFile {
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** Hex, 64 characters. */
  readonly sha256?: string;
  /** Hex, 40 characters: the Git blob id. */
  readonly gitSha1?: string;
  readonly xetHash?: string;
  readonly mediaType?: string;
  /** The adapter's word for the blob, see `RemoteBlob.id`. */
  readonly from: string;
}

/** What a revision is. Written once, before its first file; unknown fields are kept by whoever rewrites or copies. */
export interface SnapshotMetadata extends SnapshotId {
  readonly schema: 1;
  /** As first asked for: enough to rebuild the version record. */
  readonly requested: { readonly reference: string; readonly version?: string; readonly kind: VersionKind };
  /** ISO 8601. */
  readonly created: string;
  /** Which `ilab` wrote it, as `ilab/1.2.3`. */
  readonly tool: string;
  readonly files: readonly MetadataFile[];
  readonly archives?: readonly RemoteArchive[];
  readonly format: ModelFormat;
  /** An adapter's base model, as a reference. */
  readonly base?: string;
  readonly manifest?: { readonly digest: Digest; readonly mediaType: string; readonly content: string };
  /** `files` is what was found on this machine; the revision may have more. Whoever asks its registry describes it again. */
  readonly partial?: true;
  /** Where it was brought in from, when it was not downloaded. */
  readonly imported?: { readonly from: string; readonly tool: string };
}

/** What came out of a revision's archives; written once, after all were unpacked. */
export interface SnapshotMembers {
  readonly files: readonly { readonly path: string; readonly size: number; readonly sha256: string }[];
}

/** A version name: where it points, and what was asked for under it. Replaced whole, by one atomic rename. */
export interface VersionRecord {
  readonly name: string;
  readonly kind: VersionKind;
  readonly revision: string;
  /** What was asked for under this name; an empty list stands for everything. */
  readonly selectors: readonly string[];
  /** ISO 8601: when the registry was last asked. */
  readonly checked: string;
  /** Where it pointed before, oldest first. */
  readonly moved: readonly { readonly revision: string; readonly until: string }[];
}

/** A file that stands under its final name, which means: verified. */
export interface StoredFile {
  readonly path: string;
  readonly size: number;
  /** Hex, when recorded. */
  readonly sha256?: string;
  /** Which file on disk it is a name of: where two have the same, their bytes are on disk once. */
  readonly inode?: string;
  /** Where it stands below the snapshot, where that is not its path: see `snapshotEntries`. */
  readonly entry?: string;
}

/** One snapshot as it stands in the store. */
export interface StoredSnapshot {
  readonly id: SnapshotId;
  /** Absolute and real: never a name that may move. */
  readonly path: string;
  readonly metadata: SnapshotMetadata;
  /** Files that are here. */
  readonly files: readonly StoredFile[];
  /** Paths of the revision's files that are not here. */
  readonly missing: readonly string[];
  /** ISO 8601: when its youngest file arrived. */
  readonly modified: string;
  /** Bytes on disk that only this snapshot holds. */
  readonly uniqueSize: number;
  /** An adapter’s base model, as it names it, once its configuration is here. */
  readonly base?: string;
}

/** A repository with everything of it that one tier of the store holds. */
export interface StoredRepository {
  readonly kind: 'repository';
  readonly id: RepositoryId;
  /** `own` can be written; `extra` is a read-only tier. */
  readonly tier: 'own' | 'extra';
  readonly path: string;
  readonly versions: readonly VersionRecord[];
  readonly snapshots: readonly StoredSnapshot[];
  /** Paths of what belongs to it and can't be read, each of them listed as broken, too. */
  readonly unreadable?: readonly string[];
}

/** A model that older tools left, or a training checkpoint: used in place. */
export interface UnmanagedModel {
  readonly kind: 'legacy' | 'checkpoint';
  /** Path below the models or checkpoints directory; of phased training, `phased/…`. */
  readonly name: string;
  readonly path: string;
  readonly format: ModelFormat;
  /** `n/a` unless it could be recovered. */
  readonly version: string;
  readonly size: number;
  readonly modified: string;
  readonly base?: string;
  /** What it was made of on this machine, where that is noted. */
  readonly parent?: string;
}

/** Something in the store that can't be read; listed, so that it never hides the others. */
export interface BrokenItem {
  readonly kind: 'broken';
  readonly name: string;
  readonly path: string;
  readonly reason: string;
}

/** A read-only store that is not there now: on a disk or share that is not mounted, and not gone. */
export interface OfflineTier {
  readonly kind: 'offline';
  readonly path: string;
}

export type StoreItem = StoredRepository | UnmanagedModel | BrokenItem | OfflineTier;
