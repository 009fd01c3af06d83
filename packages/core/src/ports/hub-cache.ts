import type { CallOptions } from './call-options.ts';

/** A file as Hugging Face's cache knows it. */
export interface HubCacheFile {
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** What the Hub calls its content: the sha256 of a large file, the Git blob id of any other, in hex. */
  readonly etag: string;
  /** Absolute path of the verified bytes. */
  readonly from: string;
}

/** A revision of a Hub's repository, or the part of it that is here. */
export interface HubCacheEntry {
  /** As `org/name`. */
  readonly repository: string;
  /** 40 hex digits. */
  readonly commit: string;
  /** The branch or tag that is to lead there, if any. */
  readonly version?: string;
  readonly files: readonly HubCacheFile[];
}

/** The cache of Hugging Face's own tools, in which they and everything built on them find models by name. */
export interface HubCache {
  /** Absolute. */
  readonly directory: string;
  /**
   * Puts files where the official client would, sharing their bytes where the disk can. Implementers MUST leave what is there already as
   * it is, and MUST move the version last.
   * @returns the snapshot's directory, and bytes of files that were there already
   * @throws IlabError E_STORE, E_NO_SPACE
   */
  add(entry: HubCacheEntry, options: CallOptions): Promise<{ readonly path: string; readonly here: number }>;
}
