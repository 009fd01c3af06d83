import { availableParallelism, cpus } from 'node:os';

/** Milliseconds of which the load is taken. */
const PERIOD = 200;
/** Part of the time that this thread does something. */
const BUSY = 0.95;
/** Part of what all cores can do; the rest is for the system, which works for these connections too. */
const ALL_BUSY = 0.6;
/** Where no core has more than this left, and this much of them is used here, a server or a proxy beside us may be what works for these connections. */
const NONE_LEFT = { idle: 0.1, own: 0.3 };

export interface LoadOptions {
  readonly cores?: number;
  /** The cores' times since the machine began. */
  readonly times?: () => CoreTimes;
  /** What this process used of them, in milliseconds. */
  readonly used?: () => number;
}

/** Of all cores together, in milliseconds. */
export interface CoreTimes {
  readonly idle: number;
  readonly all: number;
}

/**
 * Tells whether this thread, or all threads together, have hardly had a moment to spare of late, or the machine has none left for them: more
 * connections would then only make more work.
 */
export function watchThreads({ cores = availableParallelism(), times = coreTimes, used = timeUsed }: LoadOptions = {}): () => boolean {
  let before = performance.eventLoopUtilization();
  let usedBefore = used();
  let machine = times();
  let isBusy = false;
  return () => {
    const { active, idle, utilization } = performance.eventLoopUtilization(before);
    const period = active + idle;
    if (period < PERIOD) return isBusy;
    const [usedNow, now] = [used(), times()];
    const own = (usedNow - usedBefore) / period / cores;
    const isMachineBusy = (now.idle - machine.idle) / (now.all - machine.all) < NONE_LEFT.idle;
    [before, usedBefore, machine] = [performance.eventLoopUtilization(), usedNow, now];
    isBusy = utilization > BUSY || own > ALL_BUSY || (isMachineBusy && own > NONE_LEFT.own);
    return isBusy;
  };
}

function coreTimes(): CoreTimes {
  const all = cpus().map(({ times }) => times);
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
  return { idle: sum(all.map(({ idle }) => idle)), all: sum(all.flatMap((times) => Object.values(times))) };
}

function timeUsed(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
