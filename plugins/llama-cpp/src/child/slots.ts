import { ApiError } from './api-error.ts';
import { createStep, inStep } from './in-step.ts';
import type { LlamaContext, Sequence } from './llama.ts';

/** A conversation's place, for one request. */
export interface Slot {
  readonly sequence: Sequence;
  release(): void;
}

/** The places of one context. */
export interface Slots {
  readonly size: number;
  readonly busy: number;
  readonly waiting: number;
  /**
   * Waits for a place: the one whose last request began as this one does, so that what it knows is not computed again, or the one that
   * is idle for longest.
   * @param key what is going to be asked, as text
   * @throws ApiError 429 when too many wait; what the signal was aborted with
   */
  take(key: string, signal: AbortSignal): Promise<Slot>;
}

/** Requests that may wait. */
const MOST_WAITING = 64;

interface Place {
  readonly sequence: Sequence;
  key: string;
  isBusy: boolean;
  usedAt: number;
}

export function createSlots(context: LlamaContext, count: number): Slots {
  const step = createStep();
  const places: Place[] = Array.from({ length: count }, () => ({ sequence: inStep(context.getSequence(), step), key: '', isBusy: false, usedAt: 0 }));
  const queue: { readonly key: string; readonly serve: (place: Place) => void }[] = [];
  let turn = 0;
  const best = (key: string): Place | undefined => {
    const free = places.filter(({ isBusy }) => !isBusy);
    return free.sort((a, b) => sharedLength(b.key, key) - sharedLength(a.key, key) || a.usedAt - b.usedAt)[0];
  };
  const occupy = (place: Place, key: string): Slot => {
    Object.assign(place, { key, isBusy: true, usedAt: ++turn });
    let isReleased = false;
    return {
      sequence: place.sequence,
      release() {
        if (isReleased) return;
        isReleased = true;
        place.isBusy = false;
        queue.shift()?.serve(place);
      },
    };
  };
  return {
    size: count,
    get busy() {
      return places.filter(({ isBusy }) => isBusy).length;
    },
    get waiting() {
      return queue.length;
    },
    async take(key, signal) {
      signal.throwIfAborted();
      const place = best(key);
      if (place) return occupy(place, key);
      if (queue.length >= MOST_WAITING) throw new ApiError(429, 'Too many requests wait already. Try again later.', { code: 'queue_full' });
      return new Promise((resolve, reject) => {
        const waiting = {
          key,
          serve(given: Place): void {
            signal.removeEventListener('abort', leave);
            resolve(occupy(given, key));
          },
        };
        const leave = (): void => {
          queue.splice(queue.indexOf(waiting), 1);
          reject(signal.reason);
        };
        signal.addEventListener('abort', leave, { once: true });
        queue.push(waiting);
      });
    },
  };
}

function sharedLength(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  return length;
}
