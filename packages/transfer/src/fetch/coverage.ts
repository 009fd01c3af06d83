/** A closed-open range of bytes, and how many of it are on disk from its start. */
export interface Segment {
  readonly start: number;
  /** Moves towards the start when the rest is given to other connections, also while bytes arrive. */
  end: number;
  done: number;
}

/** From inclusive, to exclusive. */
export type ByteRange = readonly [from: number, to: number];

/** Bytes of one range request where several connections share a blob: small, so that bytes arrive nearly in order and the hash keeps up. */
export const SEGMENT_SIZE: number = 32 * 1024 * 1024;

/** Which bytes of a blob are on disk, and which are on their way. */
export interface Coverage {
  /** The next segment that nobody fetches, in order; it is then the caller's. */
  take(): Segment | undefined;
  /** Whether segments wait that nobody fetches. */
  waits(): boolean;
  /** Cuts what is missing into small segments. One connection alone is best served by one long request; several need something to share. */
  divide(): void;
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
  const waiting: Segment[] = segments.filter((segment) => segment.done < segment.end - segment.start);
  let first = 0;
  return {
    take: () => waiting.shift(),
    waits: () => waiting.length > 0,
    divide() {
      const cut = segments.flatMap((segment) => cutOff(segment));
      segments.push(...cut);
      segments.sort(byStart);
      waiting.push(...cut);
      waiting.sort(byStart);
    },
    giveBack(segment) {
      waiting.push(segment);
      waiting.sort(byStart);
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

/** What is there and what is missing, each in one piece. */
function planSegments(size: number, present: readonly ByteRange[]): Segment[] {
  const segments: Segment[] = [];
  let at = 0;
  for (const [from, to] of [...present, [size, size] as const]) {
    if (at < from) segments.push({ start: at, end: from, done: 0 });
    if (to > from) segments.push({ start: from, end: to, done: to - from });
    at = to;
  }
  return segments;
}

/** Leaves a segment its next bytes and returns the rest in pieces. */
function cutOff(segment: Segment): readonly Segment[] {
  const { end } = segment;
  const keep = segment.start + segment.done + SEGMENT_SIZE;
  if (segment.start + segment.done === end || keep >= end) return [];
  segment.end = keep;
  const pieces: Segment[] = [];
  for (let at = keep; at < end; at += SEGMENT_SIZE) pieces.push({ start: at, end: Math.min(at + SEGMENT_SIZE, end), done: 0 });
  return pieces;
}

function byStart(a: Segment, b: Segment): number {
  return a.start - b.start;
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
