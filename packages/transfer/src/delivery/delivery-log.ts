import type { ProgressTask } from '@ilab/core';
import { type ByteRange, joinRanges } from '../fetch/coverage.ts';
import type { Journal } from '../fetch/journal.ts';

/** What a delivery has brought so far: counted for its result, and journaled so that the next try goes on from it. */
export interface DeliveryLog {
  /** Bytes that a download by ranges would still have to fetch, before the first was written. */
  readonly missing: number;
  fetched(bytes: number): void;
  linked(bytes: number): void;
  /** Bytes of an older file were looked at. */
  read(bytes: number): void;
  /** Called before and after bytes go to a place of the partial file. */
  writing(): void;
  wrote(range: ByteRange): void;
  /** Bytes that are in place. */
  done(): number;
  counts(): { readonly fetched: number; readonly linked: number };
  /** Tells of every byte that moves. */
  onBytes(listener: (bytes: number) => void): void;
  /** Nothing of it can be trusted. */
  forget(clear: () => void): void;
  save(): void;
}

const SAVE_EVERY = 64 * 1024 * 1024;

export function createDeliveryLog({
  size,
  journal,
  task,
}: {
  readonly size: number;
  readonly journal: Journal;
  readonly task?: ProgressTask | undefined;
}): DeliveryLog {
  const partial = journal.read();
  let ranges = partial.ranges;
  let fresh: ByteRange[] = [];
  let [fetched, linked, unsaved, written] = [0, 0, 0, 0];
  let isTouched = false;
  let tell = (_bytes: number): void => undefined;
  const join = (): readonly ByteRange[] => {
    ranges = joinRanges([...ranges, ...fresh]);
    fresh = [];
    return ranges;
  };
  const save = (): void => {
    // A file that nobody wrote into says for itself what it holds.
    if (!isTouched) return;
    journal.write({ ranges: join(), ...(partial.etag !== undefined && { etag: partial.etag }) });
    unsaved = 0;
  };
  return {
    missing: size - bytesOf(partial.ranges),
    fetched(bytes) {
      fetched += bytes;
      tell(bytes);
    },
    linked(bytes) {
      linked += bytes;
    },
    read: (bytes) => tell(bytes),
    writing() {
      if (isTouched) return;
      isTouched = true;
      // Bytes come in any order from now on, so the file’s size says nothing any more.
      save();
    },
    wrote([from, to]) {
      fresh.push([from, to]);
      written += to - from;
      unsaved += to - from;
      tell(to - from);
      task?.at(Math.min(size, written));
      if (unsaved >= SAVE_EVERY) save();
    },
    done: () => bytesOf(join()),
    counts: () => ({ fetched, linked }),
    onBytes(listener) {
      tell = listener;
    },
    forget(clear) {
      if (!isTouched) return;
      clear();
      [ranges, fresh, linked, isTouched] = [[], [], 0, false];
      journal.remove();
    },
    save,
  };
}

function bytesOf(ranges: readonly ByteRange[]): number {
  return ranges.reduce((sum, [from, to]) => sum + to - from, 0);
}
