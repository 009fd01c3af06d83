import { Transform } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

/** Counts the bytes of file content that went out, and can hold them back. */
export interface Meter {
  /** Bytes of one blob, or of all. */
  served(sha256?: string): number;
  reset(): void;
  /** What a blob's bytes pass on their way. */
  watch(sha256: string): Transform;
}

/** Bytes that are held back at once. */
const PIECE = 64 * 1024;

/** @param bytesPerSecond of all answers together; default as fast as they go */
export function createMeter(bytesPerSecond = Number.POSITIVE_INFINITY): Meter {
  const counts = new Map<string, number>();
  let free = 0;
  const turn = async (bytes: number): Promise<void> => {
    const now = performance.now();
    free = Math.max(free, now) + (bytes / bytesPerSecond) * 1000;
    if (free > now + 1) await sleep(free - now);
  };
  return {
    served: (sha256) => (sha256 === undefined ? [...counts.values()].reduce((sum, bytes) => sum + bytes, 0) : (counts.get(sha256) ?? 0)),
    reset: () => counts.clear(),
    watch: (sha256) =>
      new Transform({
        async transform(chunk: Buffer, _encoding, done) {
          for (let at = 0; at < chunk.length; at += PIECE) {
            const piece = chunk.subarray(at, at + PIECE);
            await turn(piece.length);
            if (this.destroyed) return;
            counts.set(sha256, (counts.get(sha256) ?? 0) + piece.length);
            this.push(piece);
          }
          done();
        },
      }),
  };
}
