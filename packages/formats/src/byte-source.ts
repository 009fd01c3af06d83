/** Bytes that can be read anywhere: a file, a range of a URL, a buffer. */
export interface ByteSource {
  /** In bytes. */
  readonly size: number;
  /** Reads `length` bytes, all inside the size. Fewer come back only where the source has shrunk. */
  read(offset: number, length: number): Uint8Array | Promise<Uint8Array>;
}

/** Bytes in memory, without a copy. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  return { size: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length) };
}
