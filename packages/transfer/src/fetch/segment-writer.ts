import { writevSync } from 'node:fs';
import type { Segment } from './coverage.ts';

/**
 * Bytes of one write. In packets of 64 KiB the calls cost more than the bytes; larger batches, or writing on another thread, keep so
 * much memory in use that fresh pages cost more than is won (measured, see tools/bench).
 */
const WRITE_AT_ONCE = 256 * 1024;

/** Writes one segment in order, in batches. */
export interface SegmentWriter {
  /** Bytes of the segment that were taken, written or not. */
  readonly taken: number;
  /** @throws what the disk says */
  push(chunk: Uint8Array): void;
  /** Writes what waits. @throws what the disk says */
  flush(): void;
}

export function createSegmentWriter({
  file,
  segment,
  onWritten,
}: {
  readonly file: number;
  readonly segment: Segment;
  readonly onWritten: () => void;
}): SegmentWriter {
  let waiting: Uint8Array[] = [];
  let bytes = 0;
  const flush = (): void => {
    const batch = waiting;
    waiting = [];
    bytes = 0;
    for (let rest: readonly Uint8Array[] = batch; rest.length > 0; ) {
      const written = writevSync(file, rest, segment.start + segment.done);
      segment.done += written;
      rest = without(rest, written);
    }
    if (batch.length > 0) onWritten();
  };
  return {
    get taken() {
      return segment.done + bytes;
    },
    push(chunk) {
      waiting.push(chunk);
      bytes += chunk.length;
      if (bytes >= WRITE_AT_ONCE) flush();
    },
    flush,
  };
}

/** A disk may take less than it was given. */
function without(batch: readonly Uint8Array[], written: number): readonly Uint8Array[] {
  let left = written;
  return batch.flatMap((chunk) => {
    const gone = Math.min(left, chunk.length);
    left -= gone;
    return gone === chunk.length ? [] : [chunk.subarray(gone)];
  });
}
