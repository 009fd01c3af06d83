import type { CallOptions, Http } from '@ilab/core';

/** A server that takes every request and never answers: only the signal ends a call. */
export const silentHttp: Http = { request: silence, stream: silence };

function silence(_request: unknown, { signal }: CallOptions): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  if (signal?.aborted) reject(signal.reason);
  signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  return promise;
}
