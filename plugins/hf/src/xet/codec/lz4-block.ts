/** Bytes that are no LZ4, or not as many as was said. */
export class Malformed extends Error {}

/** From so many bytes on a native copy is faster than a loop. */
const WORTH_A_CALL = 24;
const MIN_MATCH = 4;

/** Where a block lies in the packed bytes, and where its content goes. */
export interface BlockPlace {
  readonly source: Uint8Array;
  readonly from: number;
  readonly to: number;
  readonly target: Uint8Array;
  readonly at: number;
}

/**
 * Unpacks one LZ4 block (lz4_Block_format.md). Matches may reach back to the start of the target, as linked blocks do.
 * @returns where its content ends in the target
 * @throws Malformed before it would read or write outside
 */
export function unpackBlock({ source, from, to, target, at }: BlockPlace): number {
  const room = target.length;
  let read = from;
  let write = at;
  for (;;) {
    if (read >= to) throw new Malformed('an LZ4 block ends too early');
    const token = source[read++] as number;

    let literals = token >>> 4;
    if (literals === 15) {
      const end = endOfLength(source, read, to);
      literals += lengthIn(source, read, end);
      read = end;
    }
    if (literals > to - read || literals > room - write) throw new Malformed('an LZ4 block holds more literals than there are');
    copyLiterals(source, target, { read, write, length: literals });
    read += literals;
    write += literals;
    // The last sequence has literals only.
    if (read === to) return write;

    if (read + 2 > to) throw new Malformed('an LZ4 block ends in an offset');
    const offset = (source[read] as number) | ((source[read + 1] as number) << 8);
    read += 2;
    if (offset === 0 || offset > write) throw new Malformed('an LZ4 match reaches before the start');

    let length = (token & 15) + MIN_MATCH;
    if (length === 15 + MIN_MATCH) {
      const end = endOfLength(source, read, to);
      length += lengthIn(source, read, end);
      read = end;
    }
    if (length > room - write) throw new Malformed('an LZ4 block unpacks to more than was said');
    copyMatch(target, { write, offset, length });
    write += length;
  }
}

/** A long length goes on in bytes of 255, up to one that is less. */
function endOfLength(source: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && source[at] === 255) at++;
  if (at >= to) throw new Malformed('an LZ4 block ends in a length');
  return at + 1;
}

function lengthIn(source: Uint8Array, from: number, end: number): number {
  return (end - from - 1) * 255 + (source[end - 1] as number);
}

type Literals = { readonly read: number; readonly write: number; readonly length: number };

function copyLiterals(source: Uint8Array, target: Uint8Array, { read, write, length }: Literals): void {
  if (length < WORTH_A_CALL) for (let index = 0; index < length; index++) target[write + index] = source[read + index] as number;
  else target.set(source.subarray(read, read + length), write);
}

/** A match may overlap what it makes: then it repeats itself, and what is there doubles with each native copy. */
function copyMatch(target: Uint8Array, { write, offset, length }: { readonly write: number; readonly offset: number; readonly length: number }): void {
  const from = write - offset;
  if (length < WORTH_A_CALL) {
    for (let index = 0; index < length; index++) target[write + index] = target[from + index] as number;
    return;
  }
  for (let done = 0; done < length; ) {
    const piece = Math.min(offset + done, length - done);
    target.copyWithin(write + done, from, from + piece);
    done += piece;
  }
}
