/** Milliseconds. */
const LOOK_EVERY = 100;

/**
 * Aborts after a time in which this process could hear what came. Counted in looks, not by the clock: other checks, or a busy machine, may hold this
 * thread up for seconds while an answer waits unread, and that is nobody else's silence.
 */
export function limitAwake(milliseconds: number): { readonly signal: AbortSignal } & Disposable {
  const controller = new AbortController();
  let left = milliseconds;
  const timer = setInterval(() => {
    left -= LOOK_EVERY;
    if (left > 0) return;
    clearInterval(timer);
    controller.abort(new Error(`nothing came within ${milliseconds} ms`));
  }, LOOK_EVERY);
  return { signal: controller.signal, [Symbol.dispose]: () => clearInterval(timer) };
}
