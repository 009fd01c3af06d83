const MIN_MATCH = 4;
/** By the format a block ends with literals, and no match begins in its last twelve bytes (lz4_Block_format.md, “End of block restrictions”). */
const LAST_LITERALS = 5;
const LAST_MATCH = 12;
const FURTHEST = 65535;
const HASH_BITS = 13;
/** Version 1, independent blocks of at most 256 KiB, no checksums but the header's own. */
const HEADER = Uint8Array.of(0x04, 0x22, 0x4d, 0x18, 0x60, 0x50, 0xfb);

const table = new Int32Array(1 << HASH_BITS);

/** Packs bytes as an LZ4 frame of one block, quickly rather than well. */
export function packFrame(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(HEADER.length + 8 + bytes.length + Math.ceil(bytes.length / 255) + 16);
  out.set(HEADER);
  const size = packBlock(bytes, out.subarray(HEADER.length + 4));
  new DataView(out.buffer).setUint32(HEADER.length, size, true);
  return out.subarray(0, HEADER.length + 4 + size + 4);
}

function packBlock(bytes: Uint8Array, out: Uint8Array): number {
  table.fill(-1);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let [anchor, at, written] = [0, 0, 0];
  while (at < bytes.length - LAST_MATCH) {
    const word = view.getUint32(at, true);
    const slot = Math.imul(word, 2654435761) >>> (32 - HASH_BITS);
    const before = table[slot] as number;
    table[slot] = at;
    if (before < 0 || at - before > FURTHEST || view.getUint32(before, true) !== word) {
      // The longer nothing is found, the larger the steps.
      at += 1 + ((at - anchor) >>> 6);
      continue;
    }
    let length = MIN_MATCH;
    while (at + length < bytes.length - LAST_LITERALS && bytes[before + length] === bytes[at + length]) length++;
    written = putSequence(out, written, { literals: bytes.subarray(anchor, at), offset: at - before, length });
    at += length;
    anchor = at;
  }
  return putSequence(out, written, { literals: bytes.subarray(anchor), offset: 0, length: MIN_MATCH });
}

type Sequence = { readonly literals: Uint8Array /** 0: literals only. */; readonly offset: number; readonly length: number };

function putSequence(out: Uint8Array, from: number, { literals, offset, length }: Sequence): number {
  let at = from;
  const extra = length - MIN_MATCH;
  out[at++] = (Math.min(15, literals.length) << 4) | (offset === 0 ? 0 : Math.min(15, extra));
  if (literals.length >= 15) at = putLength(out, at, literals.length - 15);
  out.set(literals, at);
  at += literals.length;
  if (offset === 0) return at;
  out[at++] = offset & 255;
  out[at++] = offset >>> 8;
  return extra >= 15 ? putLength(out, at, extra - 15) : at;
}

function putLength(out: Uint8Array, from: number, length: number): number {
  let at = from;
  let left = length;
  for (; left >= 255; left -= 255) out[at++] = 255;
  out[at++] = left;
  return at;
}
