import type { ByteSource } from './byte-source.ts';
import type { Malformed } from './malformed.ts';

const WINDOW = 256 * 1024;

/**
 * Goes through a source from its start, a window at a time. Numbers and bytes are read without waiting once {@link ByteReader.need}
 * has brought them; nothing beyond the source’s end is ever asked for.
 */
export class ByteReader {
  readonly fail: Malformed;
  readonly #source: ByteSource;
  #view: DataView = new DataView(new ArrayBuffer(0));
  /** Where the window starts in the source, and where the reader is in the window. */
  #start = 0;
  #at = 0;
  littleEndian = true;

  constructor(source: ByteSource, fail: Malformed) {
    this.#source = source;
    this.fail = fail;
  }

  get position(): number {
    return this.#start + this.#at;
  }

  get remaining(): number {
    return this.#source.size - this.position;
  }

  /** Whether so many bytes are in the window already. */
  has(length: number): boolean {
    return this.#at + length <= this.#view.byteLength;
  }

  /** Brings the next bytes. @throws IlabError E_NOT_A_MODEL when the source ends before */
  async need(length: number, what: string): Promise<void> {
    if (this.has(length)) return;
    if (length > this.remaining) throw this.fail(`the file ends inside ${what}`, this.position);
    const start = this.position;
    const wanted = Math.min(Math.max(length, WINDOW), this.remaining);
    const bytes = await this.#source.read(start, wanted);
    if (bytes.length < length) throw this.fail(`the file ends inside ${what}`, start + bytes.length);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#start = start;
    this.#at = 0;
  }

  /** Leaves bytes out, unread. @throws IlabError E_NOT_A_MODEL when the source ends before */
  skip(length: number, what: string): void {
    if (length > this.remaining) throw this.fail(`${what} of ${length} bytes ends beyond the file’s end`, this.position);
    this.#at += length;
  }

  /** A view, good until the next {@link ByteReader.need}. */
  bytes(length: number): Buffer {
    const { buffer, byteOffset } = this.#view;
    return Buffer.from(buffer, byteOffset + this.#advance(length), length);
  }

  u8(): number {
    return this.#view.getUint8(this.#advance(1));
  }
  i8(): number {
    return this.#view.getInt8(this.#advance(1));
  }
  u16(): number {
    return this.#view.getUint16(this.#advance(2), this.littleEndian);
  }
  i16(): number {
    return this.#view.getInt16(this.#advance(2), this.littleEndian);
  }
  u32(): number {
    return this.#view.getUint32(this.#advance(4), this.littleEndian);
  }
  i32(): number {
    return this.#view.getInt32(this.#advance(4), this.littleEndian);
  }
  u64(): bigint {
    return this.#view.getBigUint64(this.#advance(8), this.littleEndian);
  }
  i64(): bigint {
    return this.#view.getBigInt64(this.#advance(8), this.littleEndian);
  }
  f32(): number {
    return this.#view.getFloat32(this.#advance(4), this.littleEndian);
  }
  f64(): number {
    return this.#view.getFloat64(this.#advance(8), this.littleEndian);
  }

  /** An unsigned 64-bit count, length or offset. @throws IlabError E_NOT_A_MODEL above the limit */
  count(what: string, limit: number): number {
    const at = this.position;
    const offset = this.#advance(8);
    const first = this.#view.getUint32(offset, this.littleEndian);
    const second = this.#view.getUint32(offset + 4, this.littleEndian);
    const count = this.littleEndian ? second * 2 ** 32 + first : first * 2 ** 32 + second;
    if (count > limit) throw this.fail(`${what} is ${this.#exact(offset)}, more than ${limit}`, at);
    return count;
  }

  #exact(offset: number): bigint {
    return this.#view.getBigUint64(offset, this.littleEndian);
  }

  #advance(length: number): number {
    const at = this.#at;
    this.#at += length;
    return at;
  }
}
