import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode } from '../src/values/decode.ts';
import { encode } from '../src/values/encode.ts';
import { fromBrain, fromHalf, toBrain, toHalf } from '../src/values/half.ts';

const finite = fc.float({ noNaN: true, noDefaultInfinity: true });

/** By its definition: of all values of the format the nearest, and of two as near the one with an even last bit. */
function nearest(value: number, { bits, decoded }: { readonly bits: number; readonly decoded: (bits: number) => number }): boolean {
  const own = Math.abs(decoded(bits) - value);
  return [bits - 1, bits + 1].every((other) => {
    const distance = Math.abs(decoded(other) - value);
    return !Number.isFinite(decoded(other)) || distance > own || (distance === own && (bits & 1) === 0);
  });
}

describe('16-bit floats', () => {
  it('are the same again, each of them', () => {
    for (let bits = 0; bits < 0x10000; bits++) if (!Number.isNaN(fromHalf(bits))) expect(toHalf(fromHalf(bits))).toBe(bits);
  });

  it('are the nearest to any number that they reach', () => {
    fc.assert(
      fc.property(fc.float({ min: Math.fround(-65504), max: Math.fround(65504), noNaN: true }), (value) =>
        nearest(Math.abs(value), { bits: toHalf(Math.abs(value)), decoded: fromHalf }),
      ),
      { numRuns: 5000 },
    );
    fc.assert(
      fc.property(fc.float({ min: 0, max: Math.fround(1e-4), noNaN: true }), (value) => nearest(value, { bits: toHalf(value), decoded: fromHalf })),
      { numRuns: 5000 },
    );
  });

  it.each([
    [65504, 0x7bff],
    [65519, 0x7bff],
    [65520, 0x7c00],
    [1e30, 0x7c00],
    [-Infinity, 0xfc00],
    [2 ** -24, 1],
    [2 ** -25, 0],
    [Math.fround(2 ** -25 * 1.0001), 1],
    [-0, 0x8000],
    [1, 0x3c00],
  ])('of %d are %i', (value, bits) => {
    expect(toHalf(value)).toBe(bits);
  });
});

describe('bfloat16', () => {
  it('is the same again, each of them', () => {
    for (let bits = 0; bits < 0x10000; bits++) if (!Number.isNaN(fromBrain(bits))) expect(toBrain(fromBrain(bits))).toBe(bits);
  });

  it('is the nearest to any number that it reaches', () => {
    fc.assert(
      fc.property(
        finite,
        (value) => !Number.isFinite(fromBrain(toBrain(Math.abs(value)))) || nearest(Math.abs(value), { bits: toBrain(Math.abs(value)), decoded: fromBrain }),
      ),
      { numRuns: 5000 },
    );
  });

  it('of what is no number is no number', () => {
    expect(fromBrain(toBrain(Number.NaN))).toBeNaN();
    expect(fromHalf(toHalf(Number.NaN))).toBeNaN();
  });
});

describe('blocks of 8 bits', () => {
  it('are off by half a step at most, and the largest number by none', () => {
    const block = fc.float32Array({ minLength: 32, maxLength: 32, noNaN: true, noDefaultInfinity: true, min: -100, max: 100 });
    fc.assert(
      fc.property(block, (values) => {
        const bytes = encode(values, 'q8_0');
        const scale = fromHalf((bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8));
        const numbers = new Int8Array(bytes.buffer, 2, 32);
        const exact = Math.max(...values.map(Math.abs)) / 127;
        for (const [index, value] of values.entries()) {
          expect(Math.abs((numbers[index] ?? 0) * exact - value)).toBeLessThanOrEqual(exact * 0.5001);
        }
        // A scale that 16 bits hold well is near the exact one.
        if (exact > 1e-4) expect(Math.abs(scale - exact)).toBeLessThanOrEqual(exact * 2 ** -11);
      }),
      { numRuns: 500 },
    );
  });

  it('of nothing are nothing', () => {
    expect([...encode(new Float32Array(64), 'q8_0')]).toEqual(Array.from({ length: 68 }, () => 0));
  });
});

it.each(['F32', 'F16', 'BF16'])('what safetensors has as %s is read as it is', (dtype) => {
  const values = Float32Array.of(0, 1, -2, 0.5, 96);
  const bytes = encode(values, dtype.toLowerCase() as 'f32' | 'f16' | 'bf16');
  expect(decode(bytes, dtype)).toEqual(values);
});
