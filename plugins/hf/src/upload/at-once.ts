import type { CallOptions } from '@ilab/plugin-api';

/** Works on items in their order, so many at once. The first failure aborts the others and is thrown once they have ended. */
export async function atOnce<T>(
  items: readonly T[],
  { limit, signal }: { readonly limit: number; readonly signal: AbortSignal | undefined },
  work: (item: T, options: CallOptions) => Promise<void>,
): Promise<void> {
  const failure = new AbortController();
  const both = signal ? AbortSignal.any([signal, failure.signal]) : failure.signal;
  const queue = items.values();
  const errors: unknown[] = [];
  const worker = async (): Promise<void> => {
    for (const item of queue) {
      if (both.aborted) return;
      try {
        await work(item, { signal: both });
      } catch (error) {
        errors.push(error);
        failure.abort();
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  signal?.throwIfAborted();
  if (errors.length > 0) throw errors[0];
}
