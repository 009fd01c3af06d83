const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** The bits of the nearest 16-bit float (IEEE 754 binary16), ties to even; too large becomes infinity. */
export function toHalf(value: number): number {
  float[0] = value;
  const x = bits[0] ?? 0;
  const sign = (x >>> 16) & 0x8000;
  const magnitude = x & 0x7fffffff;
  if (magnitude >= 0x7f800000) return sign | (magnitude > 0x7f800000 ? 0x7e00 : 0x7c00);
  // From here on it is nearer to infinity than to the largest finite number.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude >= 0x38800000) return sign | roundedShift(magnitude - 0x38000000, 13);
  // Below that, numbers are multiples of 2^-24.
  const exponent = magnitude >>> 23;
  if (exponent < 102) return sign;
  return sign | roundedShift((magnitude & 0x7fffff) | 0x800000, 126 - exponent);
}

export function fromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The bits of the nearest bfloat16, ties to even. */
export function toBrain(value: number): number {
  float[0] = value;
  const x = bits[0] ?? 0;
  if ((x & 0x7fffffff) > 0x7f800000) return (x >>> 16) | 0x40;
  return roundedShift(x, 16) & 0xffff;
}

export function fromBrain(brain: number): number {
  bits[0] = (brain << 16) >>> 0;
  return float[0] ?? 0;
}

/** Divides by a power of two, to the nearest whole number, ties to even. */
function roundedShift(x: number, by: number): number {
  const cut = x >>> by;
  const rest = x & ((2 ** by - 1) >>> 0);
  const half = 2 ** (by - 1);
  return rest >>> 0 > half || (rest >>> 0 === half && (cut & 1) === 1) ? cut + 1 : cut;
}
