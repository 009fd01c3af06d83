/** Keeps all connections together to a rate: says for how many milliseconds whoever got so many bytes has to wait before it reads on. */
export type Pace = (bytes: number) => number;

/** Nobody waits. */
export const AT_FULL_SPEED: Pace = () => 0;

/** @param rate bytes a second; undefined: as fast as it goes */
export function createPace(rate: number | undefined, now: () => number = () => performance.now()): Pace {
  if (rate === undefined) return AT_FULL_SPEED;
  let due = now();
  return (bytes) => {
    due = Math.max(due, now()) + (bytes / rate) * 1000;
    return due - now();
  };
}

/** Below this many bytes a second a connection of its own only waits, and may be taken for dead. */
const WORTH_A_CONNECTION = 1_000_000;

/** How many connections a rate leaves room for. */
export function connectionsAt(rate: number | undefined, most: number): number {
  return rate === undefined ? most : Math.min(most, Math.ceil(rate / WORTH_A_CONNECTION));
}
