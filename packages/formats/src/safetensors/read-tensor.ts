import type { JsonCursor } from '../json-cursor.ts';
import { shorten } from '../json-cursor.ts';
import { LIMITS } from '../limits.ts';
import { DTYPE_BITS } from './dtypes.ts';

/** One tensor of a safetensors file. */
export interface SafetensorsTensor {
  readonly name: string;
  /** As the format spells it: `F32`, `BF16`, `F8_E4M3`. */
  readonly dtype: string;
  /** Slowest dimension first; empty for a single number. */
  readonly shape: readonly number[];
  /** Product of the shape. */
  readonly elements: number;
  /** Offsets into the data, in bytes; `end` is not part of it. */
  readonly begin: number;
  readonly end: number;
}

/** Reads the entry of one tensor, whose bytes must be as many as its dtype and shape say. */
export function readTensor(json: JsonCursor, name: string): SafetensorsTensor {
  const at = json.position;
  let dtype: string | undefined;
  let shape: readonly number[] | undefined;
  let offsets: readonly number[] | undefined;
  json.object((field) => {
    if (field === 'dtype') dtype = json.text(32);
    else if (field === 'shape') shape = integers(json, `a dimension of ${shorten(name)}`, LIMITS.dimensions);
    else if (field === 'data_offsets') offsets = integers(json, `an offset of ${shorten(name)}`, 2);
    else json.skip();
  });
  const [begin, end] = offsets ?? [];
  if (dtype === undefined || !shape || begin === undefined || end === undefined) throw json.fail(`${shorten(name)} lacks dtype, shape or data_offsets`, at);
  const bits = Object.hasOwn(DTYPE_BITS, dtype) ? DTYPE_BITS[dtype] : undefined;
  if (bits === undefined) throw json.fail(`${shorten(name)} has the unknown dtype “${dtype}”`, at);
  const elements = product(shape);
  const size = (elements * bits) / 8;
  if (!Number.isSafeInteger(elements * bits) || size !== end - begin) {
    throw json.fail(`${shorten(name)} is ${dtype} [${shape.join(', ')}] and has the bytes ${begin} to ${end}`, at);
  }
  return { name, dtype, shape, elements, begin, end };
}

function integers(json: JsonCursor, what: string, most: number): readonly number[] {
  const values: number[] = [];
  json.array((index) => {
    if (index === most) throw json.fail(`there is more than the ${most} allowed: ${what}`);
    values.push(json.integer(what));
  });
  return values;
}

/** Beyond what a number holds exactly it only grows, unless a later dimension is 0. */
function product(shape: readonly number[]): number {
  return shape.includes(0) ? 0 : shape.reduce((all, dimension) => all * dimension, 1);
}
