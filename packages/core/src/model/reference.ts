import type { Digest } from './digest.ts';

/** A model's place on a disk, taken whole. */
export interface PathReference {
  readonly kind: 'path';
  readonly input: string;
  /** As written, but for `file:` URLs, which are decoded; `~` and relative paths are the resolver's to expand. */
  readonly path: string;
}

/** A repository of a registry, perhaps narrowed to a version, a revision and some of its files. */
export interface RemoteReference {
  /** Tells it from other references. */
  readonly kind: 'remote';
  /** As the user typed it. */
  readonly input: string;
  /** Which source reads it: `hf`, `oci` or a plugin's. */
  readonly adapter: string;
  /** Lower case, with the port if one was given. */
  readonly host: string;
  /** Segments joined by `/`, each as the source’s grammar has it. */
  readonly repository: string;
  /** A name that may move: tag, branch, or a commit given as a version. */
  readonly version?: string;
  /** The immutable thing asked for; it decides, the version is recorded. */
  readonly digest?: Digest;
  /** Which files: a quantisation, a file name or a glob. */
  readonly selector?: string;
  /** The one form that is printed: `host/repository[:version][@digest][#selector]`. */
  readonly canonical: string;
}

/** A name without a host that only the store, an alias or the search list can complete. */
export interface ShortReference {
  /** `short`: one segment; `suffix`: three or more, which can only be the end of something tracked. */
  readonly kind: 'short' | 'suffix';
  readonly input: string;
  readonly repository: string;
  readonly version?: string;
  readonly digest?: Digest;
  readonly selector?: string;
  readonly canonical: string;
}

/** How a user named a model, read without disk or network. */
export type Reference = PathReference | RemoteReference | ShortReference;
