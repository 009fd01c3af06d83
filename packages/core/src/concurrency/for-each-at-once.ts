/**
 * Runs work over items, at most `limit` at once, in order of the list. The first failure aborts what is running and is
 * thrown after all of it has ended.
 */
export async function forEachAtOnce<T>(
  items: readonly T[],
  { limit, signal }: { readonly limit: number; readonly signal?: AbortSignal | undefined },
  work: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const failure = new AbortController();
  const both = signal ? AbortSignal.any([signal, failure.signal]) : failure.signal;
  const queue = items.values();
  let first: { error: unknown } | undefined;
  const worker = async (): Promise<void> => {
    for (const item of queue) {
      if (both.aborted) return;
      try {
        await work(item, both);
      } catch (error) {
        first ??= { error };
        failure.abort();
        return;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  if (first) throw first.error;
  signal?.throwIfAborted();
}
