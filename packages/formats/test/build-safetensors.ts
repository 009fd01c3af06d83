/** Writes a safetensors file: its header's length, the header as text, and so many bytes of data. */
export function buildSafetensors(header: object | string | Buffer, { data = 0, length }: { readonly data?: number; readonly length?: bigint } = {}): Buffer {
  const text = Buffer.isBuffer(header) ? header : Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(length ?? BigInt(text.length));
  return Buffer.concat([size, text, Buffer.alloc(data)]);
}

/** The entry of an F32 tensor. */
export function float32(shape: readonly number[], begin: number): object {
  return { dtype: 'F32', shape, data_offsets: [begin, begin + 4 * shape.reduce((all, one) => all * one, 1)] };
}
