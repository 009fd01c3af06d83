/** What every call through a port takes last. */
export interface CallOptions {
  /** Aborts the call; implementers MUST end within a second of it and leave nothing half-made that a reader could see. */
  readonly signal?: AbortSignal | undefined;
}
