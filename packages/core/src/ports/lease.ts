/** Says that a snapshot is in use: while it lasts, nothing of the snapshot is removed, by no process. It ends with its process at the latest. */
export interface Lease {
  /** Ends it; calling it twice does nothing. */
  end(): Promise<void>;
}
