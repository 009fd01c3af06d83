import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createSegmentWriter } from './segment-writer.ts';

function withFile(path: string, flags: string, use: (file: number) => void): void {
  const file = openSync(path, flags);
  try {
    use(file);
  } finally {
    closeSync(file);
  }
}

it('chunks of any length come to lie in order, from the segment’s start', () => {
  const directory = mkdtempSync(join(tmpdir(), 'ilab-writer-'));
  const path = join(directory, 'file');
  const chunks = fc.array(
    fc.oneof(
      fc.uint8Array({ maxLength: 50 }),
      fc.nat(300_000).map((size) => new Uint8Array(size).fill(size)),
    ),
    { maxLength: 10 },
  );
  fc.assert(
    fc.property(fc.nat(1000), fc.nat(100), chunks, (start, done, all) => {
      const content = Buffer.concat(all);
      const segment = { start, end: start + done + content.length, done };
      withFile(path, 'w+', (file) => {
        let told = 0;
        const writer = createSegmentWriter({ file, segment, onWritten: () => told++ });
        let pushed = 0;
        for (const chunk of all) {
          writer.push(chunk);
          pushed += chunk.length;
          expect(writer.taken).toBe(done + pushed);
          // What waits in memory stays small.
          expect(writer.taken - segment.done).toBeLessThan(256 * 1024);
        }
        writer.flush();
        expect(told > 0).toBe(all.length > 0);
      });
      expect(segment.done).toBe(done + content.length);
      expect(
        readFileSync(path)
          .subarray(start + done)
          .equals(content),
      ).toBe(true);
    }),
    { numRuns: 50 },
  );
  rmSync(directory, { recursive: true, force: true });
});

it.skipIf(!existsSync('/dev/full'))('what a full disk did not take does not count', () => {
  withFile('/dev/full', 'r+', (file) => {
    const segment = { start: 0, end: 10, done: 0 };
    const writer = createSegmentWriter({ file, segment, onWritten: () => undefined });
    writer.push(Buffer.from('0123456789'));
    expect(() => writer.flush()).toThrow(expect.objectContaining({ code: 'ENOSPC', syscall: 'write' }));
    expect(segment.done).toBe(0);
    // Nor is it tried again when the connection ends.
    expect(() => writer.flush()).not.toThrow();
  });
});
