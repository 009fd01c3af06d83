import type { CallOptions } from './call-options.ts';

/** Where a model comes from that was made on this machine. */
export interface Origin {
  /** What it was made of: its canonical reference, or its path. */
  readonly parent: string;
  /** The parent's, where it has one. */
  readonly revision?: string;
  /** What made it, as `trl`. */
  readonly by: string;
  /** Of a training. */
  readonly step?: number;
}

/** Notes where models come from that were made on this machine. */
export interface Origins {
  /** Implementers MUST write it whole or not at all. @param directory that has the model, absolute. @throws IlabError E_STORE */
  note(directory: string, origin: Origin, options: CallOptions): Promise<void>;
}
