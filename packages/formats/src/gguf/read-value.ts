import type { ByteReader } from '../byte-reader.ts';
import { LIMITS } from '../limits.ts';

/** Types of metadata values, by their numbers in the file. */
export const VALUE_TYPES = ['uint8', 'int8', 'uint16', 'int16', 'uint32', 'int32', 'float32', 'bool', 'string', 'array', 'uint64', 'int64', 'float64'] as const;
export type GgufValueType = (typeof VALUE_TYPES)[number];

/** An array: what it holds and how much; the elements themselves only where they were asked for. */
export interface GgufArray {
  readonly elementType: GgufValueType;
  readonly length: number;
  readonly elements?: readonly GgufValue[];
}

/** 64-bit numbers are bigints where a number does not hold them exactly. */
export type GgufValue = string | number | bigint | boolean | GgufArray;

/** What reading has kept and gone through so far, over all values of a file; see `LIMITS`. */
export interface Budget {
  strings: number;
  walked: number;
  elements: number;
  nested: number;
}

const SCALARS: Readonly<Record<Exclude<GgufValueType, 'string' | 'array'>, { readonly size: number; readonly read: (reader: ByteReader) => GgufValue }>> = {
  uint8: { size: 1, read: (reader) => reader.u8() },
  int8: { size: 1, read: (reader) => reader.i8() },
  uint16: { size: 2, read: (reader) => reader.u16() },
  int16: { size: 2, read: (reader) => reader.i16() },
  uint32: { size: 4, read: (reader) => reader.u32() },
  int32: { size: 4, read: (reader) => reader.i32() },
  float32: { size: 4, read: (reader) => reader.f32() },
  bool: { size: 1, read: readBoolean },
  uint64: { size: 8, read: (reader) => whole(reader.u64()) },
  int64: { size: 8, read: (reader) => whole(reader.i64()) },
  float64: { size: 8, read: (reader) => reader.f64() },
};

/** What to keep, and what may still be kept. */
export interface ValueOptions {
  /** Whether elements of arrays are kept. */
  readonly keep: boolean;
  readonly budget: Budget;
  readonly depth?: number;
}

export async function readValueType(reader: ByteReader): Promise<GgufValueType> {
  await reader.need(4, 'a value’s type');
  const at = reader.position;
  const id = reader.u32();
  const type = VALUE_TYPES[id];
  if (type === undefined) throw reader.fail(`the value type ${id} does not exist`, at);
  return type;
}

export async function readValue(reader: ByteReader, type: GgufValueType, options: ValueOptions): Promise<GgufValue> {
  if (type === 'array') return readArray(reader, options);
  if (type === 'string') return readString(reader, options.budget);
  const { size, read } = SCALARS[type];
  await reader.need(size, 'a value');
  return read(reader);
}

async function readString(reader: ByteReader, budget: Budget): Promise<string> {
  await reader.need(8, 'a string’s length');
  const at = reader.position;
  const length = reader.count('a string’s length', LIMITS.string);
  budget.strings += length;
  if (budget.strings > LIMITS.strings) throw reader.fail(`its strings have more than ${LIMITS.strings} bytes`, at);
  await reader.need(length, `a string of ${length} bytes`);
  return reader.bytes(length).toString('utf8');
}

async function readArray(reader: ByteReader, { keep, budget, depth = 1 }: ValueOptions): Promise<GgufArray> {
  if (depth > LIMITS.nesting) throw reader.fail(`arrays are nested more than ${LIMITS.nesting} deep`, reader.position);
  const elementType = await readValueType(reader);
  await reader.need(8, 'an array’s length');
  const at = reader.position;
  // Each element takes bytes, so no count can be larger than what is left of the file.
  const length = reader.count('an array’s length', Math.floor((reader.remaining - 8) / smallest(elementType)));
  if (!keep && isScalar(elementType)) {
    reader.skip(length * SCALARS[elementType].size, 'an array');
    return { elementType, length };
  }
  const kind = elementType === 'array' ? 'nested' : keep ? 'elements' : 'walked';
  budget[kind] += length;
  if (budget[kind] > LIMITS[kind]) throw reader.fail(`its arrays have more than ${LIMITS[kind]} elements to go through`, at);
  if (!keep && elementType === 'string') {
    await skipStrings(reader, length);
    return { elementType, length };
  }
  const elements: GgufValue[] = [];
  for (let index = 0; index < length; index++) {
    const element = await readValue(reader, elementType, { keep, budget, depth: depth + 1 });
    if (keep) elements.push(element);
  }
  return { elementType, length, ...(keep && { elements }) };
}

/** Walks over strings without making them: a vocabulary has hundreds of thousands. */
async function skipStrings(reader: ByteReader, length: number): Promise<void> {
  for (let index = 0; index < length; index++) {
    if (!reader.has(8)) {
      if (reader.position > LIMITS.metadata) throw reader.fail(`its metadata has more than ${LIMITS.metadata} bytes`, reader.position);
      await reader.need(8, 'a string’s length');
    }
    reader.skip(reader.count('a string’s length', LIMITS.string), 'a string');
  }
}

function isScalar(type: GgufValueType): type is keyof typeof SCALARS {
  return type !== 'string' && type !== 'array';
}

/** Bytes that one element takes at least: a string has its length, an array its type and length. */
function smallest(type: GgufValueType): number {
  return isScalar(type) ? SCALARS[type].size : type === 'string' ? 8 : 12;
}

function readBoolean(reader: ByteReader): boolean {
  const at = reader.position;
  const byte = reader.u8();
  if (byte > 1) throw reader.fail(`a boolean is ${byte}`, at);
  return byte === 1;
}

function whole(value: bigint): number | bigint {
  return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
}
