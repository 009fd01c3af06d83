/** So many connections at once, over all files; who comes first is served first. */
export interface ConnectionBudget {
  /** Waits for a connection. @returns gives it back; @throws what the signal was aborted with */
  take(signal: AbortSignal | undefined): Promise<() => void>;
  /** Whether one could be had at once. */
  readonly spare: boolean;
}

export function createConnectionBudget(size: number): ConnectionBudget {
  let free = size;
  const queue: (() => void)[] = [];
  const giveBack = (): void => {
    const next = queue.shift();
    if (next) next();
    else free++;
  };
  const once = (): (() => void) => {
    let given = false;
    return () => {
      if (!given) giveBack();
      given = true;
    };
  };
  return {
    get spare() {
      return free > 0;
    },
    async take(signal) {
      signal?.throwIfAborted();
      if (free > 0) {
        free--;
        return once();
      }
      await new Promise<void>((resolve, reject) => {
        const stop = (): void => {
          queue.splice(queue.indexOf(next), 1);
          reject(signal?.reason);
        };
        const next = (): void => {
          signal?.removeEventListener('abort', stop);
          resolve();
        };
        signal?.addEventListener('abort', stop, { once: true });
        queue.push(next);
      });
      return once();
    },
  };
}
