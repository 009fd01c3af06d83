import { type ErrorCode, isIlabError } from '@ilab/core/adapter';
import { isWrongSize } from './is-wrong-size.ts';

const CODES: readonly ErrorCode[] = ['E_NOT_FOUND', 'E_REGISTRY', 'E_NOT_A_MODEL'];

/**
 * Whether what a source gave is nothing that anybody can use, and whoever may push to it can have brought that about: what is missing, what
 * can't be read, what is longer or shorter than was said. Bytes that are not those of their digest are damage, and what may be otherwise the
 * next time is a failure; neither is nonsense.
 */
export function isNonsense(error: unknown): boolean {
  return isWrongSize(error) || (isIlabError(error) && CODES.includes(error.code) && !error.retryable);
}
