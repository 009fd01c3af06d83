/** Milliseconds of which the load is taken. */
const PERIOD = 200;
/** Part of the time. */
const BUSY = 0.95;

/** Tells whether this thread has hardly had a moment to spare of late: more connections would then only make more work for it. */
export function watchThread(): () => boolean {
  let before = performance.eventLoopUtilization();
  let isBusy = false;
  return () => {
    const { active, idle, utilization } = performance.eventLoopUtilization(before);
    if (active + idle < PERIOD) return isBusy;
    before = performance.eventLoopUtilization();
    isBusy = utilization > BUSY;
    return isBusy;
  };
}
