/** So many connections at once, over all files; who comes first is served first. */
export interface ConnectionBudget {
  /** Waits for a connection. @returns gives it back; @throws what the signal was aborted with */
  take(signal: AbortSignal | undefined): Promise<() => void>;
  /** Whether another could be had at once, and might bring more. */
  readonly spare: boolean;
  /** Says that bytes came. It is by these that the budget finds out whether more connections bring more. */
  count(bytes: number): void;
}

export interface BudgetOptions {
  /** Connections to begin with. */
  readonly few: number;
  /** Never more than these. */
  readonly most: number;
  /** Whether whoever reads from them has no time for more. */
  readonly isBusy: () => boolean;
  /** Milliseconds. */
  readonly now?: () => number;
}

/** Milliseconds of full use after which is judged what a number of connections brings. */
const PERIOD = 500;
/** More connections stay only if they bring so much more: a line that is full brings the same over two as over twenty. */
const WORTH_IT = 1.1;

/**
 * Begins with few connections, and doubles them as long as that pays: servers that limit each connection are common, and others would
 * only be troubled.
 */
export function createConnectionBudget({ few, most, isBusy, now = () => performance.now() }: BudgetOptions): ConnectionBudget {
  let limit = Math.min(few, most);
  let used = 0;
  const queue: (() => void)[] = [];
  const serve = (): void => {
    while (used < limit && queue.length > 0) {
      used++;
      queue.shift()?.();
    }
  };
  const climb = createClimb({ limit, most });
  let [bytes, since] = [0, now()];
  const begin = (): void => {
    [bytes, since] = [0, now()];
  };
  const once = (): (() => void) => {
    let given = false;
    return () => {
      if (given) return;
      given = true;
      used--;
      begin();
      serve();
    };
  };
  return {
    get spare() {
      return used < limit && !isBusy();
    },
    count(more) {
      if (used < limit) return begin();
      bytes += more;
      if (now() - since < PERIOD) return;
      if (!isBusy()) limit = climb(bytes / (now() - since));
      begin();
      serve();
    },
    async take(signal) {
      signal?.throwIfAborted();
      if (used < limit) {
        used++;
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

/** Takes the speed that a number of connections had, and says how many are to be tried next. */
function createClimb(options: { readonly limit: number; readonly most: number }): (speed: number) => number {
  const { most } = options;
  let { limit } = options;
  let before: { readonly limit: number; readonly speed: number } | undefined;
  let isDone = false;
  return (speed) => {
    if (isDone || limit === most) return limit;
    if (before && speed < before.speed * WORTH_IT) {
      isDone = true;
      limit = before.limit;
      return limit;
    }
    before = { limit, speed };
    limit = Math.min(most, limit * 2);
    return limit;
  };
}
