/** A closed-open range of bytes, and how many of it are on disk from its start. */
export interface Segment {
  readonly start: number;
  readonly end: number;
  done: number;
}

/** From inclusive, to exclusive. */
export type ByteRange = readonly [from: number, to: number];

/** Bytes of one range request: small, so that bytes arrive nearly in order and the hash keeps up. */
export const SEGMENT_SIZE: number = 32 * 1024 * 1024;

/** Which bytes of a blob are on disk, and which are on their way. */
export interface Coverage {
  /** The next segment that nobody fetches, in order; it is then the caller's. */
  take(): Segment | undefined;
  /** Whether segments wait that nobody fetches. */
  waits(): boolean;
  /** Gives a segment back that was not finished. */
  giveBack(segment: Segment): void;
  /** Bytes from the start without a gap. */
  frontier(): number;
  /** All bytes on disk. */
  total(): number;
  /** Everything on disk, joined. */
  ranges(): readonly ByteRange[];
}

/** @param present what an earlier try left, in any order */
export function createCoverage(size: number, present: readonly ByteRange[] = []): Coverage {
  const segments = planSegments(size, joinRanges(present));
  const waiting = segments.filter((segment) => segment.done < segment.end - segment.start);
  let first = 0;
  return {
    take: () => waiting.shift(),
    waits: () => waiting.length > 0,
    giveBack(segment) {
      waiting.push(segment);
      waiting.sort((a, b) => a.start - b.start);
    },
    frontier() {
      for (let segment = segments[first]; segment; segment = segments[++first]) {
        if (segment.start + segment.done < segment.end) return segment.start + segment.done;
      }
      return size;
    },
    total: () => segments.reduce((sum, { done }) => sum + done, 0),
    ranges: () => joinRanges(segments.filter(({ done }) => done > 0).map(({ start, done }) => [start, start + done])),
  };
}

function planSegments(size: number, present: readonly ByteRange[]): readonly Segment[] {
  const segments: Segment[] = [];
  let at = 0;
  for (const [from, to] of [...present, [size, size] as const]) {
    for (; at < from; at = Math.min(at + SEGMENT_SIZE, from)) segments.push({ start: at, end: Math.min(at + SEGMENT_SIZE, from), done: 0 });
    if (to > from) segments.push({ start: from, end: to, done: to - from });
    at = to;
  }
  return segments;
}

/** Sorted, without overlaps or neighbours. */
export function joinRanges(ranges: readonly ByteRange[]): readonly ByteRange[] {
  const joined: [number, number][] = [];
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = joined.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else joined.push([from, to]);
  }
  return joined;
}
