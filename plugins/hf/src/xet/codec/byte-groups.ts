import { endianness } from 'node:os';

const LITTLE = endianness() === 'LE';

/**
 * Puts bytes back in order that were grouped by their place in each four (xorb.md, “Byte Grouping LZ4 Compression”): all first bytes, then
 * all second ones, and so on; what is left over belongs to the first groups.
 * @param target begins at a multiple of four of its buffer
 */
export function regroup(grouped: Uint8Array, target: Uint8Array): void {
  const { length } = grouped;
  const whole = length >>> 2;
  const rest = length & 3;
  const second = whole + (rest > 0 ? 1 : 0);
  const third = second + whole + (rest > 1 ? 1 : 0);
  const fourth = third + whole + (rest > 2 ? 1 : 0);
  if (LITTLE) {
    const words = new Uint32Array(target.buffer, target.byteOffset, whole);
    for (let index = 0; index < whole; index++) {
      words[index] =
        (grouped[index] as number) |
        ((grouped[second + index] as number) << 8) |
        ((grouped[third + index] as number) << 16) |
        ((grouped[fourth + index] as number) << 24);
    }
  } else {
    for (let index = 0; index < whole * 4; index++) target[index] = grouped[([0, second, third, fourth][index & 3] ?? 0) + (index >>> 2)] as number;
  }
  for (let index = 0; index < rest; index++) target[whole * 4 + index] = grouped[([0, second, third][index] ?? 0) + whole] as number;
}
