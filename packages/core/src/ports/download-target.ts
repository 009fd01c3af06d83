import type { Digest } from '../model/digest.ts';
import type { RemoteSnapshot } from '../model/snapshot.ts';
import type { SnapshotMetadata } from '../model/stored.ts';
import type { SnapshotWriter } from './cache.ts';
import type { CallOptions } from './call-options.ts';
import type { OlderFile } from './delivery.ts';

/** A file that a download is about to bring. */
export interface ExpectedFile {
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  readonly digest: Digest;
}

/** What stands at a target of a revision. */
export interface StandingSnapshot {
  /** Absolute. */
  readonly path?: string;
  /** `entry`: where it stands below `path`, where that is not its own path. `sha256`: of its bytes, in hex, where it was recorded when they came. */
  readonly files: readonly { readonly path: string; readonly entry?: string; readonly sha256?: string }[];
  readonly missing: readonly string[];
  readonly metadata: Pick<SnapshotMetadata, 'archives'>;
}

export interface WriteOptions extends CallOptions {
  /** What is to come, so that a target can refuse before the first byte. */
  readonly files: readonly ExpectedFile[];
  /** Whether what stands under the same names may be replaced. */
  readonly force: boolean;
}

/** Where a download puts a revision: the own store ({@link Cache} is one), or a plain directory. */
export interface DownloadTarget {
  /** Absolute. */
  readonly directory: string;
  snapshot(snapshot: RemoteSnapshot, options: CallOptions): Promise<StandingSnapshot | undefined>;
  /**
   * Free bytes where it would be staged; what lies there of `blobs` from earlier tries counts as free.
   * @throws IlabError E_STORE when the place can't be made or written
   */
  available(snapshot: RemoteSnapshot, options: CallOptions & { readonly blobs?: readonly Digest[] }): Promise<number>;
  /** @throws IlabError E_STORE, also when something else has the name of an expected file */
  write(snapshot: RemoteSnapshot, options: WriteOptions): Promise<SnapshotWriter>;
  /**
   * Files of other revisions of the repository that stand here, by path, the youngest first. What is broken is left out.
   * Absent: nothing is kept beside what is downloaded.
   */
  older?(snapshot: RemoteSnapshot, options: CallOptions): Promise<ReadonlyMap<string, readonly OlderFile[]>>;
  /** Takes away what a failed download would leave empty. */
  remove(snapshot: RemoteSnapshot, options: CallOptions): Promise<number>;
}
