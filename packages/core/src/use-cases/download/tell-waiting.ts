import { describeHolder, type Holder } from '../../model/holder.ts';
import type { Logger } from '../../ports/logger.ts';

/** Told while a file waits for somebody who brings the same bytes. */
export type Waiting = (path: string, holder: Holder | undefined) => void;

/** Says once of every process that it is waited for, and for which file first. */
export function tellWaiting(logger: Logger): Waiting {
  const told = new Set<number>();
  return (path, holder) => {
    // Who has just begun to hold it has not said yet who it is.
    if (!holder || told.has(holder.pid)) return;
    told.add(holder.pid);
    logger.info(`${path}: waiting for ${describeHolder(holder)}, which is fetching the same bytes.`);
  };
}
