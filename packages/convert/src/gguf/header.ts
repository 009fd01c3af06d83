/** A value of metadata, with the type that llama.cpp wants there. */
export type MetaValue =
  | { readonly type: 'u32' | 'f32'; readonly value: number }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'strings'; readonly value: readonly string[] }
  | { readonly type: 'i32s'; readonly value: readonly number[] };

export interface TensorInfo {
  readonly name: string;
  /** Slowest dimension first, as in safetensors; the file has it the other way round. */
  readonly shape: readonly number[];
  /** ggml.h, `ggml_type`. */
  readonly type: number;
  /** In bytes. */
  readonly size: number;
}

/** Where tensors, and the data as a whole, begin. */
const ALIGNMENT = 32;

export function padding(size: number): number {
  return (ALIGNMENT - (size % ALIGNMENT)) % ALIGNMENT;
}

const TYPES = { u32: 4, i32: 5, f32: 6, bool: 7, string: 8, array: 9 } as const;

/** All that stands before the data of a GGUF file, version 3, with the padding that follows it. */
export function encodeHeader(metadata: ReadonlyMap<string, MetaValue>, tensors: readonly TensorInfo[]): Uint8Array {
  const parts: Buffer[] = [Buffer.from('GGUF'), u32(3), u64(tensors.length), u64(metadata.size)];
  for (const [key, value] of metadata) parts.push(text(key), ...valueParts(value));
  let offset = 0;
  for (const { name, shape, type, size } of tensors) {
    parts.push(text(name), u32(shape.length), ...[...shape].reverse().map(u64), u32(type), u64(offset));
    offset += size + padding(size);
  }
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([...parts, Buffer.alloc(padding(length))]);
}

function valueParts(meta: MetaValue): readonly Buffer[] {
  switch (meta.type) {
    case 'u32':
      return [u32(TYPES.u32), u32(meta.value)];
    case 'f32':
      return [u32(TYPES.f32), f32(meta.value)];
    case 'bool':
      return [u32(TYPES.bool), Buffer.from([meta.value ? 1 : 0])];
    case 'string':
      return [u32(TYPES.string), text(meta.value)];
    case 'strings':
      return [u32(TYPES.array), u32(TYPES.string), u64(meta.value.length), ...meta.value.map(text)];
    case 'i32s':
      return [u32(TYPES.array), u32(TYPES.i32), u64(meta.value.length), ...meta.value.map(i32)];
  }
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'utf8');
  return Buffer.concat([u64(bytes.length), bytes]);
}

const u32 = (value: number): Buffer => written(4, (bytes) => bytes.writeUInt32LE(value));
const i32 = (value: number): Buffer => written(4, (bytes) => bytes.writeInt32LE(value));
const f32 = (value: number): Buffer => written(4, (bytes) => bytes.writeFloatLE(value));
const u64 = (value: number): Buffer => written(8, (bytes) => bytes.writeBigUInt64LE(BigInt(value)));

function written(size: number, write: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.alloc(size);
  write(bytes);
  return bytes;
}
