import { fromBrain, fromHalf } from './half.ts';

/** Bytes of an element of safetensors, by those dtypes that are weights. */
export const ELEMENT_BYTES: Readonly<Record<string, number>> = { F32: 4, F16: 2, BF16: 2 };

/** Numbers of a piece of a tensor, little-endian as safetensors has them. */
export function decode(bytes: Uint8Array, dtype: string): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = ELEMENT_BYTES[dtype] ?? 4;
  const values = new Float32Array(bytes.byteLength / size);
  if (dtype === 'F32') for (let at = 0; at < values.length; at++) values[at] = view.getFloat32(at * 4, true);
  else if (dtype === 'F16') for (let at = 0; at < values.length; at++) values[at] = fromHalf(view.getUint16(at * 2, true));
  else for (let at = 0; at < values.length; at++) values[at] = fromBrain(view.getUint16(at * 2, true));
  return values;
}
