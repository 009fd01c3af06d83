import type { CallOptions } from './call-options.ts';
import type { ProgressTask } from './progress.ts';
import type { UploadFile } from './upload.ts';

/** A file of this machine that can be sent. */
export interface OutgoingFile {
  /** What it will be called: relative, `/`-separated, without `..`. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** Where its bytes are: absolute. */
  readonly at: string;
  /** Hex, where it was recorded when the file came; it is checked before the first byte goes out. */
  readonly sha256?: string;
}

export interface OutgoingFiles {
  /** In the order of their paths. */
  readonly files: readonly OutgoingFile[];
  /** What can't be sent: why, by path. */
  readonly refused: Readonly<Record<string, string>>;
}

/** Files of this machine on their way out. Implementers MUST only read. */
export interface Outbox {
  /**
   * Files at a path, absolute or relative to the caller's working directory: the file itself, or all regular files of a folder.
   * Implementers MUST follow no link that leads out of the folder, and MUST leave out `.git` and `.cache/huggingface` at any depth, as
   * Hugging Face's own client does.
   * @throws IlabError E_NOT_FOUND, E_STORE
   */
  list(path: string, options: CallOptions): Promise<OutgoingFiles>;

  /**
   * Makes a file ready to be sent, hashed where nothing is recorded.
   * @throws IlabError E_STORE
   */
  prepare(file: OutgoingFile, options: CallOptions & { readonly task?: ProgressTask }): Promise<UploadFile>;

  /**
   * The same of many, in their order. Those of which nothing is recorded are hashed, several at a time; `begin` is told of each of them.
   * @throws IlabError as {@link Outbox.prepare}
   */
  prepareAll(files: readonly OutgoingFile[], options: CallOptions & { readonly begin: (file: OutgoingFile) => ProgressTask }): Promise<readonly UploadFile[]>;
}
