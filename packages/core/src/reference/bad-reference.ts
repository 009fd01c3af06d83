import { IlabError } from '../errors/ilab-error.ts';
import { redact } from '../errors/redact.ts';

/** What is wrong with a reference, and where. */
export interface Problem {
  /** The whole input. */
  readonly input: string;
  /** Index of the offending character. */
  readonly at: number;
  /** A sentence without the input in it. */
  readonly problem: string;
  /** One line on what to write instead. */
  readonly advice: string;
}

const SHOWN = 100;
/** Something like `user:password@` before the first slash after an optional scheme; never to be repeated. */
const MAY_HOLD_SECRET = /^(?:[a-z][a-z0-9+.-]{0,20}:\/\/)?[^/@]*@(?!sha256:|sha512:)/i;

/**
 * An E_BAD_REFERENCE. Its details carry the input around the offending character and where that stands in it, for a caret;
 * not so when the input may hold a secret.
 */
export function badReference({ input, at, problem, advice }: Problem): IlabError {
  const details = MAY_HOLD_SECRET.test(input) ? undefined : excerpt(input, at);
  return new IlabError('E_BAD_REFERENCE', problem, { hint: advice, ...(details && { details }) });
}

function excerpt(input: string, at: number): { input: string; position: number } | undefined {
  const from = Math.max(0, at - SHOWN / 2);
  const around = input.slice(from, from + SHOWN);
  const shown = redact(around);
  // Control characters are replaced one by one; anything else that went was a secret, and took the caret's place along.
  return shown.length === around.length ? { input: shown, position: at - from } : undefined;
}
