import { formatBytes } from '../model/format-bytes.ts';
import { IlabError } from './ilab-error.ts';

/** What needs more bytes than a place has free. */
export interface Shortage {
  /** With its verb: `The download needs`. */
  readonly what: string;
  /** In bytes, as is `available`. */
  readonly needed: number;
  readonly available: number;
  readonly path: string;
  readonly hint: string;
}

/** E_NO_SPACE before anything was written: sizes as people read them, and to the byte in its details. */
export function noSpace({ what, needed, available, path, hint }: Shortage): IlabError {
  const [wanted, free] = [formatBytes(needed), formatBytes(available)];
  // Rounded they may look the same.
  const lacking = wanted === free ? `, ${formatBytes(needed - available)} too little` : '';
  return new IlabError('E_NO_SPACE', `${what} ${wanted}, and ${path} has ${free} free${lacking}.`, { hint, details: { needed, available, path } });
}
