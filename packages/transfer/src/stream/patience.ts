import { isIlabError } from '@ilab/core';
import { MOST_RETRIES, retryDelay } from '../http/retry-policy.ts';
import { Refused } from './open-range.ts';

/** Bytes that make up for failures: fewer, and a server that trickles would be asked for days. */
const PROGRESS = 16 * 1024;
/** An address may have expired, and the next one may be as old; then it is refused for good. */
const MOST_REFUSALS = 2;

/** Decides how often a read is tried again. */
export interface Patience {
  /**
   * @param position how far it got
   * @returns milliseconds to wait
   * @throws the error, where nothing more is to be hoped for
   */
  after(error: unknown, position: number): number;
}

export function createPatience(start: number): Patience {
  let [credited, failures, refusals] = [start, 0, 0];
  return {
    after(error, position) {
      const isProgress = position - credited >= PROGRESS;
      if (isProgress) credited = position;
      failures = isProgress ? 1 : failures + 1;
      const isRefusal = error instanceof Refused;
      refusals = isRefusal ? refusals + 1 : 0;
      const mayPass = isRefusal || (isIlabError(error) && error.retryable);
      if (mayPass && refusals <= MOST_REFUSALS && failures <= MOST_RETRIES) return retryDelay(failures);
      throw isRefusal ? error.problem : error;
    },
  };
}
