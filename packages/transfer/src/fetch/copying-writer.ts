import { writeSync } from 'node:fs';
import type { Segment } from './coverage.ts';
import type { SegmentWriter } from './segment-writer.ts';

/**
 * Bytes of one write, at most. For a larger one the system takes memory in larger pieces, of the kind that nobody used for longest, and on
 * a virtual machine its host must find it first: 4 GiB in writes of 512 KiB took a fifth longer than in these. Smaller ones cost calls:
 * TLS brings 16 KiB at a time.
 */
const WRITE_AT_ONCE = 64 * 1024;

/** Writes one segment in order, from a buffer that is used again as soon as `push` returns; small pieces when enough of them wait. */
export function createCopyingWriter({
  file,
  segment,
  onWritten,
}: {
  readonly file: number;
  readonly segment: Segment;
  /** Sees what was written, and where in the file, before the buffer is used again. */
  readonly onWritten: (bytes: Uint8Array, at: number) => void;
}): SegmentWriter {
  let waiting: Buffer | undefined;
  let bytes = 0;
  const write = (piece: Uint8Array): void => {
    for (let at = 0; at < piece.length; ) {
      const place = segment.start + segment.done;
      const written = writeSync(file, piece, at, Math.min(piece.length - at, WRITE_AT_ONCE), place);
      segment.done += written;
      onWritten(piece.subarray(at, at + written), place);
      at += written;
    }
  };
  const flush = (): void => {
    const count = bytes;
    bytes = 0;
    if (waiting && count > 0) write(waiting.subarray(0, count));
  };
  return {
    get taken() {
      return segment.done + bytes;
    },
    push(piece) {
      if (bytes + piece.length > WRITE_AT_ONCE) flush();
      if (piece.length >= WRITE_AT_ONCE) return write(piece);
      waiting ??= Buffer.allocUnsafeSlow(WRITE_AT_ONCE);
      waiting.set(piece, bytes);
      bytes += piece.length;
    },
    flush,
  };
}
