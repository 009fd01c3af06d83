import type { ErrorCode } from '../errors/codes.ts';

/** What a check found. */
export interface Finding {
  /** What was looked at, in a word or two: `sharing`, `registry quay.io`. */
  readonly check: string;
  readonly state: 'ok' | 'warning' | 'problem';
  /** What was found, as a sentence. */
  readonly message: string;
  /** What to do; with every warning and problem. */
  readonly advice?: string;
  /** What commands would fail with; with every problem. */
  readonly code?: ErrorCode;
}
