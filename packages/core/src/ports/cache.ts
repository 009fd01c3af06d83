import type { Digest } from '../model/digest.ts';
import type { Holder } from '../model/holder.ts';
import type { SnapshotId } from '../model/snapshot.ts';
import type { StoredSnapshot, StoreItem } from '../model/stored.ts';
import type { CallOptions } from './call-options.ts';
import type { OlderFile } from './delivery.ts';
import type { Adoption, Donation } from './donor.ts';
import type { ProgressTask } from './progress.ts';
import type { Lease } from './lease.ts';

/** How to take a place that somebody else may have. */
export interface StageOptions extends CallOptions {
  /** Told again and again while another holder is waited for; undefined where it didn’t say who it is. */
  readonly onWait?: (holder: Holder | undefined) => void;
}

/** A place for one blob on its way in, held by one writer at a time, on the device where the file will stay. */
export interface StagedBlob {
  /** The partial file, for `Transfer.fetch`; holds what an earlier, dead writer left of the same digest. */
  readonly path: string;
  /** A fresh directory for what is unpacked from it, removed with {@link StagedBlob.discard}. */
  directory(): Promise<string>;
  /** Gives it up; what arrived stays for the next writer. MUST NOT throw: it would hide what ended the transfer. */
  release(): Promise<void>;
  /** Gives it up and removes what is left of it. @throws IlabError E_STORE */
  discard(): Promise<void>;
}

/** A file that is verified and can go under its final name. */
export interface VerifiedFile {
  readonly path: string;
  readonly size: number;
  /** Hex. */
  readonly sha256: string;
}

/** Grows one snapshot by whole, verified files. Two writers of one snapshot don't harm each other. */
export interface SnapshotWriter {
  /** The snapshot's real path. */
  readonly path: string;
  /** Where a file stands, or would: absolute. @throws IlabError E_STORE when it can't be a file of a snapshot */
  placeOf(path: string): string;
  /** Whether a file stands under its final name with the expected size. */
  has(file: { readonly path: string; readonly size: number }): Promise<boolean>;
  /**
   * Puts a file in place from equal bytes that are in a store on this machine already, by reflink, hard link or copy. Implementers MUST
   * hash them again: they may have rotted since they were verified.
   * @returns whether there were such bytes
   */
  reuse(file: VerifiedFile, options: CallOptions & { readonly task?: ProgressTask }): Promise<boolean>;
  /**
   * Puts a file in place from what another tool has: by reflink, by hard link where that is harmless, else by copy. What is put in place
   * is what was hashed; the donated file is never written, moved or given another mode.
   * @returns `adopted`, or why nothing was put in place
   * @throws IlabError E_NO_SPACE, E_STORE
   */
  adopt(
    file: { readonly path: string; readonly size: number; readonly sha256: string },
    donation: Donation,
    options: CallOptions & { readonly task?: ProgressTask },
  ): Promise<Adoption>;
  /**
   * Takes the staging place for a blob, with what an earlier writer left of it. Others that bring the same bytes, for whatever
   * snapshot, are waited for where locks work; afterwards the caller SHOULD look again whether it needs them at all. Whoever
   * takes several takes them in the order of their digests, or two wait for each other.
   */
  stage(blob: { readonly digest: Digest; readonly size: number }, options: StageOptions): Promise<StagedBlob>;
  /** Moves synced bytes under their final name and syncs the directory. The source is gone afterwards. */
  place(file: VerifiedFile, from: string): Promise<void>;
  /**
   * Takes back the files that this writer placed, because nobody is to have them; what stood there before stays. Absent where files that
   * were placed may be in use already, and are removed with their snapshot or not at all. @throws IlabError E_STORE
   */
  withdraw?(): Promise<void>;
  /** Ends the lease on the snapshot. MUST be called. */
  close(): Promise<void>;
}

/** The models on this machine. */
export interface Cache {
  /** The own models directory, absolute. */
  readonly directory: string;

  /** Everything here: own tier first, then read-only tiers, what older tools left, checkpoints, and what is broken. */
  items(options: CallOptions): AsyncIterable<StoreItem>;

  /**
   * The same for whoever looks for names and files. Implementers MAY leave out `metadata.manifest` and `metadata.files`, and go by what they
   * read before of what MUST NOT have changed on disk since.
   */
  listing(options: CallOptions): AsyncIterable<StoreItem>;

  /** The tracked snapshot or older model that a path inside the store belongs to, as a reference would name it. */
  owner(
    path: string,
    options: CallOptions,
  ): Promise<{ readonly item: StoreItem; readonly version?: string; readonly revision?: string; readonly file?: string } | undefined>;

  snapshot(id: SnapshotId, options: CallOptions): Promise<StoredSnapshot | undefined>;

  /** Files of other revisions of a snapshot's repository that stand here, by path, the youngest first. What is broken is left out. */
  older(id: SnapshotId, options: CallOptions): Promise<ReadonlyMap<string, readonly OlderFile[]>>;

  /**
   * Free bytes where this snapshot would be staged. What lies there of its blobs from earlier tries counts as free: it is gone on with.
   * @throws IlabError E_STORE when the place can't be made or written
   */
  available(id: SnapshotId, options: CallOptions & { readonly blobs?: readonly Digest[] }): Promise<number>;

  /**
   * Keeps a snapshot from being removed while an engine uses it.
   * @throws IlabError E_STORE
   */
  lease(id: SnapshotId, request: { readonly purpose: string }, options: CallOptions): Promise<Lease>;

  /**
   * Opens a snapshot for growing, leased until it is closed. The caller MUST describe it through {@link Metadata} before the first file.
   * @throws IlabError E_STORE
   */
  write(id: SnapshotId, options: CallOptions): Promise<SnapshotWriter>;

  /**
   * Removes a snapshot of the own store whole, by one rename out of sight.
   * @returns bytes that came back
   * @throws IlabError E_IN_USE while anybody has a lease; E_STORE, also where the file system can’t tell; E_NOT_FOUND
   */
  remove(id: SnapshotId, options: CallOptions): Promise<number>;

  /** Removes an older model or a broken item at exactly this path inside the store. @returns bytes that came back */
  removeItem(path: string, options: CallOptions): Promise<number>;
}
