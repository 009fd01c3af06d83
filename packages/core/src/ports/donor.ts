import type { CallOptions } from './call-options.ts';

/** A file of another tool that should hold the wanted bytes. Nobody has checked that: only its name or its size say so. */
export interface Donation {
  /** Absolute and real, inside the tool's own directory, a regular file. */
  readonly path: string;
  /** The tool as people call it: `Hugging Face`. */
  readonly tool: string;
  /** Whether the tool never writes into a file that it has, so that one file may stand in both places. */
  readonly mayLink: boolean;
}

/** How taking a donation ended: `unlike` when its bytes are others than expected, `gone` when it can't be read any more. */
export type Adoption = 'adopted' | 'unlike' | 'gone';

/**
 * The models of another tool on this machine. Implementers MUST only read, MUST NOT answer with a file outside the tool's directory
 * (by whatever links), and MUST take every name there for hostile.
 */
export interface Donor {
  /**
   * Looks for bytes by their sha256. Never throws for what is missing, broken or unreadable there.
   * @param file its hash in hex, and its size in bytes
   */
  find(file: { readonly sha256: string; readonly size: number }, options: CallOptions): Promise<Donation | undefined>;
}
