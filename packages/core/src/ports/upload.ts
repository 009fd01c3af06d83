import type { ModelFacts } from '../model/facts.ts';
import type { RemoteReference } from '../model/reference.ts';
import type { RemoteSnapshot, SnapshotId } from '../model/snapshot.ts';
import type { ModelFormat } from '../model/stored.ts';
import type { CallOptions } from './call-options.ts';
import type { Progress } from './progress.ts';

/** A file that is to go to a registry. */
export interface UploadFile {
  /** What it is called there: relative, `/`-separated, without `..`. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** Hex. */
  readonly sha256: string;
  /**
   * Its bytes from `start` up to, and without, `end`; default all. Can be called again, also for ranges that overlap: a request that is
   * repeated reads them anew. Whoever stops early ends the iteration. `lent` is for whoever passes pieces on, in order and no faster than
   * they are taken: the memory of a piece may be used again once three more were asked for.
   * @throws IlabError E_STORE when the file is not any more what was hashed, E_INTEGRITY when it is not what was recorded
   */
  open(range?: { readonly start: number; readonly end: number }, options?: { readonly lent?: boolean }): AsyncIterable<Uint8Array>;
}

/** Where files that are to be uploaded were downloaded from: they may be there still, and need not be sent then. */
export interface UploadOrigin extends SnapshotId {
  /** The manifest that they came with, where there was one. */
  readonly manifest?: RemoteSnapshot['manifest'];
}

/** What is to be uploaded, and where to. */
export interface UploadRequest {
  /** A repository, perhaps with a version: the branch or tag that the upload becomes. Never a digest or a selector. */
  readonly destination: RemoteReference;
  /** Each path once; never empty. */
  readonly files: readonly UploadFile[];
  /** One line that says what this is, where the registry keeps such. */
  readonly message?: string;
  /** More of it. */
  readonly description?: string;
  /** Propose the change instead of making it. */
  readonly createPullRequest?: boolean;
  /** Make the repository, and the branch, where they are missing; default: they have to be there. See `RegistryCapabilities`. */
  readonly createRepository?: 'private' | 'public';
  /** One of the `formats` that the registry declares; default: the registry's choice. */
  readonly format?: string;
  /** What the files say of the model, for a registry that has formats. */
  readonly facts?: ModelFacts & { readonly format: ModelFormat };
  /** Where they are from; absent where that isn’t known. */
  readonly origin?: UploadOrigin;
}

/** What came of an upload. Plain data. */
export interface UploadResult {
  /** The immutable revision that has the files now: a commit or a manifest digest. */
  readonly revision: string;
  /** Where to look at it, or how to name it: the page of the commit or pull request, or a reference with its digest. */
  readonly url: string;
  /** As a version is named: `refs/pr/3`. */
  readonly pullRequest?: string;
  /** Whether there is a new revision; false where everything was there already. */
  readonly changed: boolean;
  /** Bytes of files that went over the network. */
  readonly sent: number;
  /** Bytes of files that the registry had already, wherever. */
  readonly here: number;
  /** Paths that the registry's own rules leave out (`.gitignore`). */
  readonly ignored: readonly string[];
  /** How a registry that has formats keeps it: one of them, or `original`, the very manifest that it was downloaded with. */
  readonly packed?: string;
  /** What the user should know. */
  readonly notices?: readonly string[];
}

/** Watches an upload: a task for every file that is sent. */
export interface UploadOptions extends CallOptions {
  /** Told of every file that is sent. */
  readonly progress: Progress;
}
