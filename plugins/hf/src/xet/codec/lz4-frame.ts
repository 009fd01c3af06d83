import { Malformed, unpackBlock } from './lz4-block.ts';

const MAGIC = 0x184d2204;
const UNCOMPRESSED = 0x80000000;

/**
 * Unpacks one LZ4 frame (lz4_Frame_format.md) that fills the target exactly. Its checksums are passed over: what comes out is hashed
 * by better means.
 * @throws Malformed
 */
export function unpackFrame(source: Uint8Array, target: Uint8Array): void {
  let at = readHeader(source);
  const { hasBlockChecksum, hasContentChecksum } = flagsOf(source);
  let written = 0;
  for (;;) {
    const word = wordAt(source, at);
    at += 4;
    if (word === 0) break;
    const size = word & ~UNCOMPRESSED;
    const end = at + size;
    if (end > source.length) throw new Malformed('an LZ4 frame ends in a block');
    if (word >= UNCOMPRESSED) {
      if (size > target.length - written) throw new Malformed('an LZ4 frame unpacks to more than was said');
      target.set(source.subarray(at, end), written);
      written += size;
    } else written = unpackBlock({ source, from: at, to: end, target, at: written });
    at = end + (hasBlockChecksum ? 4 : 0);
  }
  if (hasContentChecksum) at += 4;
  if (at !== source.length) throw new Malformed('an LZ4 frame is longer or shorter than was said');
  if (written !== target.length) throw new Malformed('an LZ4 frame unpacks to less than was said');
}

/** @returns where the first block is */
function readHeader(source: Uint8Array): number {
  if (wordAt(source, 0) !== MAGIC) throw new Malformed('there is no LZ4 frame');
  const { version, hasDictionary, hasContentSize } = flagsOf(source);
  if (version !== 1 || hasDictionary) throw new Malformed('an LZ4 frame is of a kind that is not used');
  return hasContentSize ? 15 : 7;
}

function flagsOf(source: Uint8Array) {
  const flags = source[4] ?? 0;
  return {
    version: flags >>> 6,
    hasBlockChecksum: (flags & 0x10) !== 0,
    hasContentSize: (flags & 0x08) !== 0,
    hasContentChecksum: (flags & 0x04) !== 0,
    hasDictionary: (flags & 0x01) !== 0,
  };
}

function wordAt(source: Uint8Array, at: number): number {
  if (at + 4 > source.length) throw new Malformed('an LZ4 frame ends too early');
  return (((source[at] as number) | ((source[at + 1] as number) << 8) | ((source[at + 2] as number) << 16)) + (source[at + 3] as number) * 0x1000000) >>> 0;
}
