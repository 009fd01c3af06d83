import { writeSync } from 'node:fs';
import type { Segment } from './coverage.ts';
import type { SegmentWriter } from './segment-writer.ts';

/** Bytes of one write. TLS brings 16 KiB at a time, and a call for each would cost more than copying them. */
const WRITE_AT_ONCE = 256 * 1024;

/** Writes one segment in order, from a buffer that is used again as soon as `push` returns: large pieces at once, small ones when enough of them wait. */
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
      const written = writeSync(file, piece, at, piece.length - at, place);
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
