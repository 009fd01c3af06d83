import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ByteRange, joinRanges } from './coverage.ts';
import { createJournal, type Journal } from './journal.ts';

const BLOB = { size: 1000, digest: `sha256:${'a'.repeat(64)}` };
const NOTHING = { ranges: [] };

let directory: string;
let target: string;
let journal: Journal;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ilab-journal-'));
  target = join(directory, 'blob');
  journal = createJournal(target, BLOB);
  writeFileSync(target, Buffer.alloc(BLOB.size));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const write = (value: unknown): void => writeFileSync(`${target}.journal`, typeof value === 'string' ? value : JSON.stringify(value));

describe('a journal', () => {
  it('gives back what was written, also to another process', () => {
    const partial = {
      ranges: [
        [0, 10],
        [500, 1000],
      ] as const,
      etag: '"x"',
    };
    journal.write(partial);
    expect(createJournal(target, BLOB).read()).toEqual(partial);
    journal.write({ ranges: [[0, 20]] });
    expect(journal.read()).toEqual({ ranges: [[0, 20]] });
    expect(readdirSync(directory).sort()).toEqual(['blob', 'blob.journal']);
  });

  it('removes all that it wrote, and is content with nothing', () => {
    journal.write({ ranges: [[0, 10]] });
    writeFileSync(`${target}.journal.tmp`, 'torn');
    journal.remove();
    journal.remove();
    expect(readdirSync(directory)).toEqual(['blob']);
  });

  it('is not needed for a file that was written in order, or is whole', () => {
    expect(journal.read()).toEqual({ ranges: [[0, 1000]] });
    writeFileSync(target, Buffer.alloc(10));
    expect(journal.read()).toEqual({ ranges: [[0, 10]] });
    writeFileSync(target, Buffer.alloc(BLOB.size + 1));
    expect(journal.read()).toEqual({ ranges: [[0, 1000]] });
    rmSync(target);
    expect(journal.read()).toEqual(NOTHING);
  });

  it('counts for nothing for another blob, or one of another size', () => {
    journal.write({ ranges: [[0, 10]] });
    expect(createJournal(target, { ...BLOB, digest: `sha256:${'b'.repeat(64)}` }).read()).toEqual(NOTHING);
    expect(createJournal(target, { ...BLOB, size: 999 }).read()).toEqual(NOTHING);
  });

  it('counts for nothing without the file', () => {
    journal.write({ ranges: [[0, 10]] });
    rmSync(target);
    expect(journal.read()).toEqual(NOTHING);
  });

  it('claims nothing that lies beyond the file', () => {
    const ranges = [
      [0, 100],
      [200, 300],
      [300, 1000],
    ] as const;
    journal.write({ ranges });
    writeFileSync(target, Buffer.alloc(250));
    expect(journal.read().ranges).toEqual([
      [0, 100],
      [200, 250],
    ]);
    writeFileSync(target, Buffer.alloc(5000));
    expect(journal.read().ranges).toEqual([
      [0, 100],
      [200, 1000],
    ]);
  });

  it.each([
    ['torn', '{"size":1000,"di'],
    ['empty', ''],
    ['null', null],
    ['a number', 7],
    ['without ranges', BLOB],
    ['with ranges that are none', { ...BLOB, ranges: { length: 1 } }],
    ['with a negative offset', { ...BLOB, ranges: [[-1, 5]] }],
    ['with half a byte', { ...BLOB, ranges: [[0, 0.5]] }],
    ['with an offset beyond numbers', { ...BLOB, ranges: [[0, 2 ** 60]] }],
    ['with text', { ...BLOB, ranges: [['0', '5']] }],
    ['with three ends', { ...BLOB, ranges: [[0, 5, 9]] }],
    ['with one bad range among good ones', { ...BLOB, ranges: [[0, 5], null] }],
  ])('that is %s counts for nothing', (_how, content) => {
    write(content);
    expect(journal.read()).toEqual(NOTHING);
  });

  it('never claims more than the file has, whatever it says', () => {
    const at = fc.oneof(fc.nat(1200), fc.integer(), fc.double());
    const range = fc.oneof(fc.tuple(at, at), fc.array(at), fc.anything());
    fc.assert(
      fc.property(fc.array(range, { maxLength: 5 }), fc.anything(), fc.nat(1200), (ranges, etag, onDisk) => {
        write({ ...BLOB, ranges, etag });
        writeFileSync(target, Buffer.alloc(onDisk));
        const found = journal.read();
        expect(found.ranges).toEqual(joinRanges(found.ranges));
        for (const [from, to] of found.ranges as readonly ByteRange[]) {
          expect(from).toBeGreaterThanOrEqual(0);
          expect(from).toBeLessThan(to);
          expect(to).toBeLessThanOrEqual(Math.min(onDisk, BLOB.size));
        }
        expect(['string', 'undefined']).toContain(typeof found.etag);
      }),
      { numRuns: 200 },
    );
  });

  it.skipIf(!existsSync('/dev/full'))('that finds no room keeps the last one that did', () => {
    journal.write({ ranges: [[0, 10]] });
    symlinkSync('/dev/full', `${target}.journal.tmp`);
    journal.write({ ranges: [[0, 20]] });
    expect(JSON.parse(readFileSync(`${target}.journal`, 'utf8'))).toMatchObject({ ranges: [[0, 10]] });
  });
});
