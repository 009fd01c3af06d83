import { availableParallelism } from 'node:os';

/** Milliseconds of which the load is taken. */
const PERIOD = 200;
/** Part of the time that this thread does something. */
const BUSY = 0.95;
/** Part of what all cores can do; the rest is for the system, which works for these connections too. */
const ALL_BUSY = 0.6;

/** Tells whether this thread, or all threads together, have hardly had a moment to spare of late: more connections would then only make more work. */
export function watchThreads(cores: number = availableParallelism()): () => boolean {
  let before = performance.eventLoopUtilization();
  let cpu = process.cpuUsage();
  let isBusy = false;
  return () => {
    const { active, idle, utilization } = performance.eventLoopUtilization(before);
    const period = active + idle;
    if (period < PERIOD) return isBusy;
    const { user, system } = process.cpuUsage(cpu);
    [before, cpu] = [performance.eventLoopUtilization(), process.cpuUsage()];
    isBusy = utilization > BUSY || (user + system) / 1000 / period / cores > ALL_BUSY;
    return isBusy;
  };
}
