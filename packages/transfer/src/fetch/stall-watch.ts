/** Sees a connection that brings nothing, or next to nothing, any more. */
export interface StallWatch {
  /** So many bytes came. */
  count(bytes: number): void;
  stop(): void;
}

export interface StallWatchOptions {
  /** Milliseconds without a byte that are borne. */
  readonly stallAfter: number;
  /** Whether this side holds the connection up just now; such time is not counted. */
  readonly isHeld: () => boolean;
  /** Called once. */
  readonly onStall: (error: Error) => void;
}

/** Bytes a second below which a connection is better made anew. */
const TRICKLE = 1024;
/** Milliseconds. Counted in looks, not by the clock: while a slow disk holds this thread up, bytes wait unread, and that is no stall. */
const LOOK_EVERY = 500;

/** Watches a connection until it is stopped: it stalls when no byte comes for a while, or in so long a while less than 1 KiB/s. */
export function watchForStalls({ stallAfter, isHeld, onStall }: StallWatchOptions): StallWatch {
  let [quiet, looked, bytes] = [0, 0, 0];
  const stall = (what: string): void => {
    clearInterval(timer);
    onStall(Object.assign(new Error(what), { code: 'ETIMEDOUT' }));
  };
  const timer = setInterval(() => {
    if (isHeld()) return;
    quiet += LOOK_EVERY;
    looked += LOOK_EVERY;
    if (quiet > stallAfter) return stall('no byte in time');
    if (looked < stallAfter) return;
    if (bytes < (TRICKLE * looked) / 1000) return stall('too few bytes in time');
    [looked, bytes] = [0, 0];
  }, LOOK_EVERY);
  return {
    count(more) {
      if (more === 0) return;
      quiet = 0;
      bytes += more;
    },
    stop: () => clearInterval(timer),
  };
}
