import { closeSync, constants, lstatSync, openSync, readSync, rmSync, writeSync } from 'node:fs';

/** Where other processes say what they placed, for those that looked at the store before. It only saves bandwidth: it is not synced, and may be lost. */
export interface PlacedLog {
  append(placed: Placed): void;
  /** What was placed since the last call, by whomever; the first one starts at the end. */
  news(): readonly Placed[];
}

export interface Placed {
  /** Hex. */
  readonly sha256: string;
  readonly path: string;
}

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_WRONLY } = constants;

/** A log longer than this is begun anew. */
const LONGEST = 1024 * 1024;

export function createPlacedLog(path: string): PlacedLog {
  let read: { readonly file: number; readonly bytes: number } | undefined;
  return {
    append(placed) {
      try {
        const file = openSync(path, O_WRONLY | O_APPEND | O_CREAT | (O_NOFOLLOW ?? 0), 0o644);
        try {
          writeSync(file, `${JSON.stringify(placed)}\n`);
        } finally {
          closeSync(file);
        }
      } catch {
        // Then others fetch what they could have shared.
      }
    },
    news() {
      const stats = lstatSync(path, { throwIfNoEntry: false });
      const before = read;
      read = { file: stats?.ino ?? 0, bytes: stats?.size ?? 0 };
      if (!before && read.bytes > LONGEST) rmSync(path, { force: true });
      if (!before || read.bytes === 0) return [];
      const from = before.file === read.file && before.bytes <= read.bytes ? before.bytes : 0;
      return parseLines(readPart(path, { from, to: read.bytes }));
    },
  };
}

function readPart(path: string, { from, to }: { readonly from: number; readonly to: number }): string {
  const part = Buffer.alloc(to - from);
  try {
    const file = openSync(path, constants.O_RDONLY | (O_NOFOLLOW ?? 0));
    try {
      return part.toString('utf8', 0, readSync(file, part, 0, part.length, from));
    } finally {
      closeSync(file);
    }
  } catch {
    return '';
  }
}

function parseLines(text: string): readonly Placed[] {
  return text.split('\n').flatMap((line) => {
    try {
      const placed: unknown = JSON.parse(line);
      return isPlaced(placed) ? [placed] : [];
    } catch {
      return [];
    }
  });
}

function isPlaced(value: unknown): value is Placed {
  return (
    typeof value === 'object' && value !== null && 'sha256' in value && 'path' in value && typeof value.sha256 === 'string' && typeof value.path === 'string'
  );
}
