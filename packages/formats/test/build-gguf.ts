import { type GgufValueType, VALUE_TYPES } from '../src/gguf/read-value.ts';

/** A value to write; arrays nest. */
export type Written = { readonly type: Exclude<GgufValueType, 'array'>; readonly value: string | number | bigint | boolean } | WrittenArray;
type WrittenArray = { readonly type: 'array'; readonly of: GgufValueType; readonly values: readonly Written[]; readonly length?: number | bigint };

export interface WrittenTensor {
  readonly name: string;
  readonly dimensions: readonly (number | bigint)[];
  /** ggml's number; 0 is F32. */
  readonly type?: number;
  readonly offset: number | bigint;
}

export interface GgufPlan {
  readonly version?: number;
  readonly big?: boolean;
  readonly metadata?: readonly (readonly [string, Written])[];
  readonly tensors?: readonly WrittenTensor[];
  /** Counts that lie. */
  readonly pairCount?: number | bigint;
  readonly tensorCount?: number | bigint;
  readonly alignment?: number;
  /** Bytes of data. */
  readonly data?: number;
}

export const text = (value: string): Written => ({ type: 'string', value });
export const uint32 = (value: number): Written => ({ type: 'uint32', value });
export const strings = (values: readonly string[]): Written => ({ type: 'array', of: 'string', values: values.map(text) });

/** Writes a GGUF as its plan says, truly or not. */
export function buildGguf({ version = 3, big = false, metadata = [], tensors = [], pairCount, tensorCount, alignment = 32, data = 0 }: GgufPlan): Buffer {
  const parts: Buffer[] = [];
  const number = (size: 1 | 2 | 4 | 8, value: number | bigint): void => {
    const bytes = Buffer.alloc(size);
    let rest = BigInt.asUintN(size * 8, BigInt(value));
    for (let index = 0; index < size; index++, rest >>= 8n) bytes[big ? size - 1 - index : index] = Number(rest & 0xffn);
    parts.push(bytes);
  };
  const string = (value: string): void => {
    number(8, Buffer.byteLength(value));
    parts.push(Buffer.from(value));
  };
  const float = (size: 4 | 8, value: number): void => {
    const view = new DataView(new ArrayBuffer(size));
    if (size === 4) view.setFloat32(0, value, !big);
    else view.setFloat64(0, value, !big);
    parts.push(Buffer.from(view.buffer));
  };
  const write = (written: Written): void => {
    if (written.type === 'array') {
      number(4, VALUE_TYPES.indexOf(written.of));
      number(8, written.length ?? written.values.length);
      for (const value of written.values) write(value);
    } else if (written.type === 'string') string(String(written.value));
    else if (written.type === 'float32' || written.type === 'float64') float(written.type === 'float32' ? 4 : 8, Number(written.value));
    else number(SIZES[written.type], typeof written.value === 'boolean' ? Number(written.value) : BigInt(written.value));
  };
  parts.push(Buffer.from('GGUF'));
  number(4, version);
  number(8, tensorCount ?? tensors.length);
  number(8, pairCount ?? metadata.length);
  for (const [key, value] of metadata) {
    string(key);
    number(4, VALUE_TYPES.indexOf(value.type));
    write(value);
  }
  for (const tensor of tensors) {
    string(tensor.name);
    number(4, tensor.dimensions.length);
    for (const dimension of tensor.dimensions) number(8, dimension);
    number(4, tensor.type ?? 0);
    number(8, tensor.offset);
  }
  const header = Buffer.concat(parts);
  const padding = tensors.length > 0 ? (alignment - (header.length % alignment)) % alignment : 0;
  return Buffer.concat([header, Buffer.alloc(padding + data)]);
}

const SIZES = { uint8: 1, int8: 1, uint16: 2, int16: 2, uint32: 4, int32: 4, bool: 1, uint64: 8, int64: 8 } as const;
