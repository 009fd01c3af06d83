import { setTimeout as sleep } from 'node:timers/promises';
import type { CallOptions } from '@ilab/core/adapter';

/** Milliseconds before the first new try; doubled with every one in vain. */
const FIRST_DELAY = 250;

/** Waits before something that broke is gone on with; `before`: how often that was in vain. */
export async function pause(before: number, { signal }: CallOptions): Promise<void> {
  await sleep(FIRST_DELAY * 2 ** before, undefined, signal && { signal });
}
