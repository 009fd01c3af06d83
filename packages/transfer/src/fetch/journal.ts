import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type ByteRange, joinRanges } from './coverage.ts';

/** What a partial file holds, as its journal says. A hint: every byte is hashed before it counts. */
export interface Partial {
  readonly ranges: readonly ByteRange[];
  /** One connection writes in order: the file's size says what it holds, so that the journal need not be kept up. */
  readonly inOrder?: boolean;
  /** The validator that the bytes came with. */
  readonly etag?: string;
}

const NOTHING: Partial = { ranges: [] };

/**
 * The journal beside a partial file. It is not synced: should a crash leave it ahead of the data, the hash tells. Without one, the
 * file's size says all: until it is first written one connection writes in order, and after it was removed the file is whole.
 */
export interface Journal {
  /** What can be gone on from; nothing when it is torn or of another blob. */
  read(): Partial;
  write(partial: Partial): void;
  remove(): void;
}

export function createJournal(target: string, { size, digest }: { readonly size: number; readonly digest: string }): Journal {
  const path = `${target}.journal`;
  return {
    read() {
      try {
        const onDisk = Math.min(size, statSync(target).size);
        if (!existsSync(path)) return onDisk > 0 ? { ranges: [[0, onDisk]] } : NOTHING;
        const found: unknown = JSON.parse(readFileSync(path, 'utf8'));
        return isJournal(found) && found.size === size && found.digest === digest ? checked(found, onDisk) : NOTHING;
      } catch {
        return NOTHING;
      }
    },
    write(partial) {
      try {
        writeFileSync(`${path}.tmp`, JSON.stringify({ size, digest, ...partial }));
        renameSync(`${path}.tmp`, path);
      } catch {
        // Without it the next try fetches more than it had to. What is wrong with the disk, the bytes themselves will tell.
      }
    },
    remove() {
      rmSync(path, { force: true });
      rmSync(`${path}.tmp`, { force: true });
    },
  };
}

type Written = { size: number; digest: string; inOrder?: unknown; etag?: unknown; ranges: unknown[] };

function isJournal(value: unknown): value is Written {
  return typeof value === 'object' && value !== null && 'size' in value && 'digest' in value && 'ranges' in value && Array.isArray(value.ranges);
}

function checked({ ranges, inOrder, etag }: Written, end: number): Partial {
  const validator = typeof etag === 'string' && { etag };
  if (inOrder === true) return { ranges: end > 0 ? [[0, end]] : [], ...validator };
  const sound = ranges.every(
    (range): range is ByteRange => Array.isArray(range) && range.length === 2 && range.every((at) => Number.isSafeInteger(at) && at >= 0),
  );
  if (!sound) return NOTHING;
  const inside = (ranges as ByteRange[]).map(([from, to]): ByteRange => [from, Math.min(to, end)]).filter(([from, to]) => from < to);
  return { ranges: joinRanges(inside), ...validator };
}
