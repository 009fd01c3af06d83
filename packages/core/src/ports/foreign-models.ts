import type { Digest } from '../model/digest.ts';
import type { VersionKind } from '../model/snapshot.ts';
import type { MetadataFile, SnapshotMetadata } from '../model/stored.ts';
import type { CallOptions } from './call-options.ts';

/** Tools whose models can be brought in as a whole. */
export const FOREIGN_TOOLS = ['huggingface', 'ollama', 'instructlab'] as const;
export type ForeignTool = (typeof FOREIGN_TOOLS)[number];

/** A file of a model that stands outside the store. */
export interface ForeignFile {
  /** What it is called in the model: relative, `/`-separated, without `..`. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** Where its bytes are: absolute and real, a regular file. */
  readonly at: string;
  /** What they must hash to, where its tool noted that: sha256 or Git blob id. */
  readonly digest?: Digest;
  readonly mediaType?: string;
  readonly xetHash?: string;
}

/** One revision of a model that stands outside the store, with what can be known of it where it stands. */
export interface ForeignModel {
  /** As people call it: `Ollama`. */
  readonly tool: string;
  /** Absolute: the file or directory, as a person would point to it. */
  readonly from: string;
  /** Its repository, as a reference with a scheme; absent when its tool did not note where it came from. */
  readonly repository?: string;
  /** What to make a name of where there is no repository: a path below the tool's directory, or the file's. */
  readonly name: string;
  /** The commit or manifest digest; absent when nothing tells: then it follows from the content. */
  readonly revision?: string;
  /** Version names that point to it. */
  readonly versions: readonly { readonly name: string; readonly kind: VersionKind }[];
  readonly files: readonly ForeignFile[];
  /** The revision's files that are not here; absent when nobody knows whether there are any. */
  readonly others?: readonly MetadataFile[];
  /** Whether it was fetched as a whole, and not for some of its files. */
  readonly whole: boolean;
  /** Whether the tool never writes into a file that it has. */
  readonly mayLink: boolean;
  readonly manifest?: SnapshotMetadata['manifest'];
}

/** Something that can't be brought in, and why. */
export interface RefusedModel {
  readonly tool: string;
  readonly from: string;
  readonly reason: string;
}

/** Models outside the store. Implementers MUST only read, and MUST take every name, link and note there for hostile. */
export interface ForeignModels {
  /** Everything that a tool keeps where it keeps it; nothing when the tool isn't there. */
  of(tool: ForeignTool, options: CallOptions): AsyncIterable<ForeignModel | RefusedModel>;

  /**
   * What is at a path, as the user wrote it: a model, a directory of another tool, or an older models directory.
   * @param any whether a folder or file that is no model will do
   * @throws IlabError E_NOT_FOUND, E_NOT_A_MODEL
   */
  at(path: string, options: CallOptions & { readonly any?: boolean }): AsyncIterable<ForeignModel | RefusedModel>;

  /** Hashes a file. @returns hex, or undefined when it can't be read */
  hash(path: string, options: CallOptions): Promise<{ readonly sha256: string; readonly gitSha1: string } | undefined>;

  /** The revision of content that has no other: the sha256 of its `sha256sum` listing, sorted by path. */
  revisionOf(files: readonly { readonly path: string; readonly sha256: string }[]): Digest;
}
