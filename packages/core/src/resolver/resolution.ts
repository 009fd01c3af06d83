import type { RemoteReference } from '../model/reference.ts';
import type { RepositoryId } from '../model/snapshot.ts';
import type { ModelFormat } from '../model/stored.ts';

/** One step of a resolution and what it found, for `--explain`. */
export interface Step {
  readonly step: 'alias' | 'path' | 'store' | 'short name' | 'remote';
  readonly found: string;
  /** The file, with its line where that is known, that decided. */
  readonly origin?: string;
}

interface Found {
  /** How the model is called wherever a name is shown. */
  readonly name: string;
  /** Absolute and real: a snapshot's directory, a file, never a name that may move. */
  readonly path: string;
  readonly format: ModelFormat;
  /** Files of the model, relative to `path` where that is a directory. */
  readonly files: readonly string[];
  /** Why this one, in a few words. */
  readonly because: string;
  readonly steps: readonly Step[];
}

/** A model in place, outside the store. */
export interface PathResolution extends Found {
  readonly kind: 'path';
}

/** A model in the store, a checkpoint, or what older tools left. */
export interface TrackedResolution extends Found {
  readonly kind: 'tracked';
  /** Canonical; the name below its directory where there is no reference. */
  readonly reference: string;
  readonly id?: RepositoryId;
  readonly version?: string;
  readonly revision?: string;
}

/** Not here, or to be asked for again: the caller downloads it. */
export interface RemoteResolution {
  readonly kind: 'remote';
  readonly reference: RemoteReference;
  /** The short name for which a person chose this; to be recorded once it is here. */
  readonly chosenFor?: string;
  readonly because: string;
  readonly steps: readonly Step[];
}

export type Resolution = PathResolution | TrackedResolution | RemoteResolution;
