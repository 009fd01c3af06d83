import { type ErrorCode, IlabError, mostAlike } from '@ilab/sdk';

interface NoSuchName {
  readonly typed: string;
  /** Those that there are. */
  readonly names: readonly string[];
  /** What to do where none of them was meant. */
  readonly otherwise: string;
  readonly code?: ErrorCode;
}

/** A name that nothing of its kind has, with the one that was perhaps meant. */
export function noSuchName(message: string, { typed, names, otherwise, code = 'E_NOT_FOUND' }: NoSuchName): IlabError {
  const near = mostAlike(typed, names);
  if (near === undefined) return new IlabError(code, message, { hint: otherwise });
  return new IlabError(code, message, { hint: `Did you mean ${near}? ${otherwise}`, details: { typed, nearest: [near] } });
}
