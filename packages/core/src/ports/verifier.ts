import type { StoredSnapshot } from '../model/stored.ts';
import type { CallOptions } from './call-options.ts';
import type { Progress } from './progress.ts';

/** A snapshot to look at. */
export interface VerifyTarget {
  readonly snapshot: StoredSnapshot;
  /** Paths of the files to look at; absent: all. */
  readonly only?: ReadonlySet<string>;
}

export interface VerifyRequest {
  readonly targets: readonly VerifyTarget[];
  /** `content` reads and hashes every byte; `quick` looks at presence, kind and size only. */
  readonly depth: 'content' | 'quick';
  /** Begins a task for every file that is read. */
  readonly progress: Progress;
}

/** What one file was found to be, against what is recorded of it. */
export type FileFinding = {
  readonly snapshot: StoredSnapshot;
  readonly path: string;
} & (
  | { readonly state: 'ok' /** In bytes. */; readonly size: number /** Not read-only, as files of a snapshot are. */; readonly writable: boolean }
  | {
      readonly state: 'bad';
      readonly size: number;
      /** What it should be and what it is, as a digest, or in words where that tells more: `120 bytes`. */
      readonly expected: string;
      readonly actual: string;
      /** Hex: what it should hash to, where that is recorded. */
      readonly sha256?: string;
    }
  | { readonly state: 'missing'; readonly size: number; readonly sha256?: string /** Whether it was here once. */; readonly arrived: boolean }
  /** Nothing of the revision. */
  | { readonly state: 'extra' }
);

/** Bytes that were taken out of a snapshot because they are wrong. */
export interface AsideFile {
  /** Where they are now. */
  readonly path: string;
  /** Removes them for good. */
  discard(): Promise<void>;
}

/** Holds what is on disk against what is recorded, without any network. */
export interface Verifier {
  /**
   * Says of every file of the revisions what it is, in no order. What can't be read is `bad`, never an error: one file MUST NOT hide
   * the others. Links are never followed. Names of one file on disk are read once.
   */
  verify(request: VerifyRequest, options: CallOptions): AsyncIterable<FileFinding>;

  /**
   * Takes a damaged file of the own store out of its final name, so that nobody uses it or takes from it; undefined when it is gone.
   * @throws IlabError E_STORE
   */
  setAside(snapshot: StoredSnapshot, path: string, options: CallOptions): Promise<AsideFile | undefined>;
}
