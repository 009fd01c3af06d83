import type { GgufType } from '@ilab/core';
import { toBrain, toHalf } from './half.ts';
import { sizeOf } from './target-types.ts';

/** Numbers as GGUF stores them; for `q8_0` whole blocks of 32. */
export function encode(values: Float32Array, type: GgufType): Uint8Array {
  const bytes = new Uint8Array(sizeOf(values.length, type));
  const view = new DataView(bytes.buffer);
  if (type === 'f32') for (let at = 0; at < values.length; at++) view.setFloat32(at * 4, values[at] ?? 0, true);
  else if (type === 'f16') for (let at = 0; at < values.length; at++) view.setUint16(at * 2, toHalf(values[at] ?? 0), true);
  else if (type === 'bf16') for (let at = 0; at < values.length; at++) view.setUint16(at * 2, toBrain(values[at] ?? 0), true);
  else
    for (let block = 0; block * 32 < values.length; block++)
      encodeBlock(values.subarray(block * 32, block * 32 + 32), new DataView(bytes.buffer, block * 34, 34));
  return bytes;
}

/** A scale, and 32 numbers of 8 bits (ggml-quants.c, `quantize_row_q8_0_ref`), in 32-bit arithmetic as there. */
function encodeBlock(values: Float32Array, view: DataView): void {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  const scale = Math.fround(largest / 127);
  const inverse = scale === 0 ? 0 : Math.fround(1 / scale);
  view.setUint16(0, toHalf(scale), true);
  for (const [index, value] of values.entries()) view.setInt8(2 + index, roundAway(Math.fround(value * inverse)));
}

/** As C's `roundf`: halves go away from zero. */
function roundAway(value: number): number {
  return Math.sign(value) * Math.floor(Math.abs(value) + 0.5);
}
