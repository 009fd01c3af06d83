import type { CallOptions } from '@ilab/core/adapter';

/** The files of an image layout, wherever they are. Nothing of what they hold is believed. */
export interface LayoutFiles {
  /** How messages name it. */
  readonly name: string;
  /**
   * In bytes, of a regular file.
   * @returns undefined where there is none
   * @throws IlabError E_STORE for what is there and is no regular file
   */
  size(path: string, options: CallOptions): Promise<number | undefined>;
  /** @throws IlabError E_NOT_FOUND, E_STORE */
  read(path: string, options: CallOptions): AsyncIterable<Uint8Array>;
}
