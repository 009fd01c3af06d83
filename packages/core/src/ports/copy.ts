import type { RemoteReference } from '../model/reference.ts';
import type { SnapshotId } from '../model/snapshot.ts';

/** What is to be copied within one kind of source, and where to. */
export interface CopyRequest {
  /** What is copied: one revision. */
  readonly source: SnapshotId;
  /** With the version that it becomes, if that is to have a name. Never a digest or a selector. */
  readonly destination: RemoteReference;
  /** Take along what is attached to it: signatures, attestations. */
  readonly referrers: boolean;
}

/** What came of a copy. Plain data. */
export interface CopyResult {
  /** The revision at the destination: the same as that of the source. */
  readonly revision: string;
  /** How to name it: a reference with its digest. */
  readonly url: string;
  /** Whether the destination's version is another one now. */
  readonly changed: boolean;
  /** Bytes that went out, and those that the destination had, or took from another of its repositories. */
  readonly sent: number;
  /** Bytes that the destination had, or took from another of its repositories. */
  readonly here: number;
  /** How many attachments came along. */
  readonly referrers: number;
  /** What was attached and did not come along, as nobody can use it, or the destination refuses it: digests, and tags. Absent: none. */
  readonly leftOut?: readonly string[];
  /** What the user should know of it, in sentences. */
  readonly notices?: readonly string[];
}
