/** Numbers of a GGUF header that say what kind a value is. */
const KINDS = { u32: 4, i32: 5, f32: 6, bool: 7, text: 8, list: 9 } as const;
export type Value =
  | readonly ['u32' | 'i32' | 'f32', number]
  | readonly ['bool', boolean]
  | readonly ['text', string]
  | readonly ['list', 'i32' | 'text', readonly (number | string)[]];

export type Metadata = Readonly<Record<string, Value>>;
/** Dimensions by name, the fastest first. */
export type Shapes = Readonly<Record<string, readonly number[]>>;

/** The beginning of a GGUF file, up to the data of its tensors; `size`: of all of the file, in bytes. All numbers are 32-bit floats. */
export function ggufHeader(metadata: Metadata, tensors: Shapes): { readonly header: Buffer; readonly size: number } {
  let offset = 0;
  const infos = Object.entries(tensors).map(([name, shape]) => {
    const info = Buffer.concat([text(name), u32(shape.length), ...shape.map(u64), u32(0), u64(offset)]);
    offset += Math.ceil((product(shape) * 4) / 32) * 32;
    return info;
  });
  const pairs = Object.entries(metadata).map(([key, value]) => Buffer.concat([text(key), kindAndValue(value)]));
  const header = padded(Buffer.concat([Buffer.from('GGUF'), u32(3), u64(infos.length), u64(pairs.length), ...pairs, ...infos]));
  return { header, size: header.length + offset };
}

/** A whole GGUF file. */
export function ggufFile(metadata: Metadata, tensors: Shapes, weights: (name: string, count: number) => Float32Array): Buffer {
  const data = Object.entries(tensors).map(([name, shape]) => padded(Buffer.from(weights(name, product(shape)).buffer)));
  return Buffer.concat([ggufHeader(metadata, tensors).header, ...data]);
}

function kindAndValue([kind, ...rest]: Value): Buffer {
  if (kind !== 'list') return Buffer.concat([u32(KINDS[kind]), scalar(kind, rest[0] as number | string | boolean)]);
  const [of, items] = rest as unknown as [of: 'i32' | 'text', items: readonly (number | string)[]];
  return Buffer.concat([u32(KINDS.list), u32(KINDS[of]), u64(items.length), ...items.map((item) => scalar(of, item))]);
}

function scalar(kind: 'u32' | 'i32' | 'f32' | 'bool' | 'text', value: number | string | boolean): Buffer {
  if (kind === 'text') return text(String(value));
  if (kind === 'bool') return Buffer.from([Number(value)]);
  const bytes = u32(0);
  if (kind === 'f32') bytes.writeFloatLE(Number(value));
  else bytes.writeUInt32LE(Number(value));
  return bytes;
}

function product(shape: readonly number[]): number {
  return shape.reduce((all, one) => all * one, 1);
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((32 - (bytes.length % 32)) % 32)]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([u64(bytes.length), bytes]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
