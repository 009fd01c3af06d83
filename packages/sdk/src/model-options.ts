import type { CopyModelRequest, DownloadPlan, KubernetesManifests, LeftOutFiles, LoadRequest, PullPolicy, UploadModelRequest } from '@ilab/core';

export interface KubernetesExport extends KubernetesManifests {
  /** The objects, to apply as they are. */
  readonly yaml: string;
}

/** What to download, as a user says it. */
export interface DownloadOptions {
  /** A reference, an alias, or a short name that somebody said where to look for; never the end of a name that is here. */
  readonly reference: string;
  /** Version name, where the reference has none. */
  readonly revision?: string;
  /** Globs of files to take. */
  readonly include?: readonly string[];
  /** Globs of files to leave out. */
  readonly exclude?: readonly string[];
  /** Fetch again what is here; with `destination`, replace files that are not the model's. */
  readonly force?: boolean;
  /** Whether to take what other tools on this machine have; default as set (`models.donors`). */
  readonly donors?: boolean;
  /** Plain files into this directory instead of the store. */
  readonly destination?: string;
}

export interface DownloadResult {
  /** Canonical. */
  readonly reference: string;
  readonly revision: string;
  /** Real path of the snapshot or the destination, or of the file where the reference selects one. */
  readonly path: string;
  readonly files: readonly string[];
  /** Of the files, in bytes. */
  readonly bytes: number;
  /** Bytes that came over the network. */
  readonly fetched: number;
  /** Bytes taken from equal files that were on this machine. */
  readonly linked: number;
  /** Those of `linked` that another tool had, by the tool's name. */
  readonly donated: Readonly<Record<string, number>>;
  /** Files that were not taken because nobody asked for any by name: other quantisations, the same weights in other formats. */
  readonly leftOut: readonly LeftOutFiles[];
  readonly seconds: number;
}

/** What to resolve, as a user says it. */
export interface ResolveOptions {
  /** As `--model` takes it. */
  readonly reference: string;
  /** Overrides the configured policy. */
  readonly pull?: PullPolicy;
  /** Whether it is to run on this machine. */
  readonly toRun?: boolean;
  /** Told what would be fetched, before anything is; whoever throws has nothing fetched. */
  readonly beforeFetching?: (plan: DownloadPlan) => Promise<void>;
}

/** What to upload, as a user says it. */
export interface UploadOptions extends Omit<UploadModelRequest, 'destination'> {
  /** A repository, perhaps with a branch; taken literally, without short names. */
  readonly destination: string;
}

/** A copy from one registry to another, as a program asks for it. */
export interface CopyOptions extends Omit<CopyModelRequest, 'source' | 'destination'> {
  /** Both taken literally, without short names. */
  readonly source: string;
  readonly destination: string;
}

/** Models to save, as a program asks for it. */
export interface SaveOptions {
  /** As `--model` takes them. */
  readonly references: readonly string[];
  readonly write: (archive: AsyncIterable<Uint8Array>) => Promise<void>;
}

/** An archive to load: a file, or bytes as they come, which are kept as a file of the models directory while it is loaded. */
export type LoadOptions = Omit<LoadRequest, 'path'> & ({ readonly path: string } | { readonly bytes: AsyncIterable<Uint8Array> });
