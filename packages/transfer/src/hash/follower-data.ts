/** What the hashing thread is given. */
export interface FollowerData {
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** As `node:crypto` names them. */
  readonly algorithms: readonly string[];
  /** Also the Git blob id. */
  readonly gitBlob: boolean;
  /** One shared number: bytes from the start that are written, or {@link ABORTED}. */
  readonly frontier: BigInt64Array;
}

export const ABORTED = -1;
