import { isAbort, isIlabError } from '@ilab/core';

/** How long a call may go on after its signal was aborted, in milliseconds. */
const GRACE = 1000;

/** How a call ended. */
export type Ending =
  | { readonly how: 'returned'; readonly value: unknown }
  | { readonly how: 'threw'; readonly error: unknown }
  | { readonly how: 'still running' };

/** Waits for a call to end, though no longer than an aborted one may take. */
export async function endingOf(call: Promise<unknown>, grace: number = GRACE): Promise<Ending> {
  const { promise, resolve } = Promise.withResolvers<Ending>();
  const timer = setTimeout(() => resolve({ how: 'still running' }), grace);
  call.then(
    (value) => resolve({ how: 'returned', value }),
    (error: unknown) => resolve({ how: 'threw', error }),
  );
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}

/** A signal that is aborted while the call that gets it is under way. */
export function soonAborted(): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 20);
  return controller.signal;
}

/** An abort as the runtime throws it, or as an adapter that wrapped it. */
export function isEnd(error: unknown): boolean {
  return isAbort(error) || (isIlabError(error) && error.code === 'E_INTERRUPTED');
}
