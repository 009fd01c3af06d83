import { packFrame } from './lz4-frame.ts';

const HEADER = 8;
const [NONE, LZ4, GROUPED_LZ4] = [0, 1, 2];

/** A chunk as a xorb holds it (xorb.md, “Chunk Format”): header, then the bytes in whichever way makes them fewest. The same chunk is always packed the same. */
export function packChunk(chunk: Uint8Array): Uint8Array {
  const ways = [
    { scheme: NONE, data: chunk },
    { scheme: LZ4, data: packFrame(chunk) },
    { scheme: GROUPED_LZ4, data: packFrame(group(chunk)) },
  ];
  const { scheme, data } = ways.reduce((best, way) => (way.data.length < best.data.length ? way : best));
  const packed = new Uint8Array(HEADER + data.length);
  putNumber(packed, 1, data.length);
  packed[4] = scheme;
  putNumber(packed, 5, chunk.length);
  packed.set(data, HEADER);
  return packed;
}

/** All first bytes of each four, then all second ones, and so on (xorb.md, “Byte Grouping LZ4 Compression”). */
export function group(bytes: Uint8Array): Uint8Array {
  const grouped = new Uint8Array(bytes.length);
  let at = 0;
  for (let first = 0; first < 4; first++) for (let index = first; index < bytes.length; index += 4) grouped[at++] = bytes[index] as number;
  return grouped;
}

function putNumber(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value & 255;
  bytes[at + 1] = (value >>> 8) & 255;
  bytes[at + 2] = value >>> 16;
}
