import type { Digest } from './digest.ts';

/** One repository of one source; the path below the models directory, in three parts. */
export interface RepositoryId {
  /** The source’s name, as in its manifest. */
  readonly source: string;
  /** Lower case, with the port if there is one. */
  readonly host: string;
  /** As in references: segments joined by `/`. */
  readonly repository: string;
}

/** One immutable revision of a repository: a commit SHA or a manifest digest. */
export interface SnapshotId extends RepositoryId {
  /** A commit SHA or a manifest digest, in full. Implementers MUST NOT put a name there that can move. */
  readonly revision: string;
}

/** What a version name is to its registry. */
export type VersionKind = 'tag' | 'branch' | 'commit' | 'digest';

/** Bytes that a registry holds under a digest. */
export interface RemoteBlob {
  /** The adapter's own word for where the bytes are (a digest, a path of the repository); opaque to the host. */
  readonly id: string;
  /** In bytes. */
  readonly size: number;
  /**
   * What the bytes must hash to. Only where a source has nothing that they could be held against it is an `etag`; then what `locate` says
   * MUST bring the bytes of that state or none (`If-Match`, a version's own address), and nothing of an earlier try is used.
   */
  readonly digest: Digest;
  /** What the registry says that the bytes are; absent where it says nothing. */
  readonly mediaType?: string;
}

/** A file of a revision whose bytes are one blob. */
export interface RemoteFile {
  /** Relative, `/`-separated, without `..`. */
  readonly path: string;
  /** Its bytes. */
  readonly blob: RemoteBlob;
  /** Only with the Hub's Xet storage. */
  readonly xetHash?: string;
}

/** A blob that has files inside; which, is only known after unpacking. */
export interface RemoteArchive {
  /** Its bytes, packed. */
  readonly blob: RemoteBlob;
  /** How it is packed. */
  readonly codec: 'tar' | 'tar+gzip' | 'tar+zstd';
  /** Only members below this folder are files of the model, and the prefix is taken off (`models/`); `''`: all. */
  readonly prefix: string;
  /** Whether it is a layer of an image, which lies over earlier ones and takes away from them by whiteouts; absent: its files have names of their own. */
  readonly overlay?: boolean;
}

/** One revision as its registry describes it: everything that is needed to fetch it. Plain data. */
export interface RemoteSnapshot extends SnapshotId {
  /** The version name that led here, as the registry spells it; absent when only a revision was asked for. */
  readonly version?: string;
  /** What led here: `version`, or a revision that was asked for by itself. */
  readonly kind: VersionKind;
  /** Every file whose bytes are a blob, each path once. With `archives`, never empty. */
  readonly files: readonly RemoteFile[];
  /** Blobs that have files inside; empty where there are none. */
  readonly archives: readonly RemoteArchive[];
  /** OCI: the manifest as it came, so that a signature can be checked and a push repeats it byte for byte. */
  readonly manifest?: { readonly digest: Digest; readonly mediaType: string; readonly content: string };
  /** What the user should know, for example layers that were skipped. */
  readonly notices?: readonly string[];
}

/** A version that a registry offers. */
export interface RemoteVersion {
  /** As references name it. */
  readonly name: string;
  /** What it is to its registry. */
  readonly kind: VersionKind;
  /** Where it points now, when the listing tells. */
  readonly revision?: string;
  /** ISO 8601, when the listing tells. */
  readonly created?: string;
}
