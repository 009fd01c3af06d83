import type { Holder } from '@ilab/core';

/** A lock that is held. It ends with its process at the latest, where the kernel keeps it. */
export interface HeldLock {
  /** Gives it up; calling it twice does nothing. */
  release(): void;
}

/** Exclusive locks by name, in one directory. */
export interface Locks {
  /** Whether the kernel keeps other processes out, and lets go of what a dead one held. */
  readonly kernel: boolean;
  /** @returns undefined when somebody has it, in this process or another */
  take(name: string, purpose: string): HeldLock | undefined;
  /** Whether somebody has it; what a dead holder left is cleared away. */
  isHeld(name: string): boolean;
  /** Who has it, for messages; also who had it last, when that one was killed. */
  holder(name: string): Holder | undefined;
}
