import { gzipSync, zstdCompressSync } from 'node:zlib';

/** A member as its 512-byte header says it is (POSIX ustar), true or not. */
export interface RawMember {
  readonly name?: string;
  /** The name's bytes in hex, where they are no UTF-8. */
  readonly hex?: string;
  /** `0` file, `1` hard link, `2` symbolic link, `5` folder, `x` extended header, `L` GNU long name. */
  readonly type?: string;
  readonly link?: string;
  readonly content?: Uint8Array | string;
  /** What the header says, a number or the field itself; default: what the content has. */
  readonly size?: number | string;
  /** Default: ustar's. */
  readonly magic?: string;
  /** An extended header before it. */
  readonly pax?: Readonly<Record<string, string>>;
}

/** How an archive is spoilt once it is there. */
export interface RawArchive {
  readonly members: readonly RawMember[];
  readonly codec?: 'tar' | 'tar+gzip' | 'tar+zstd';
  /** What stands behind the last member; default: the end of an archive. */
  readonly after?: string;
  /** Bytes that are cut off, of what is packed. */
  readonly cut?: number;
  /** What is put behind it when it is packed. */
  readonly behind?: string;
}

const PACK = { tar: (bytes: Buffer) => bytes, 'tar+gzip': (bytes: Buffer) => gzipSync(bytes), 'tar+zstd': (bytes: Buffer) => zstdCompressSync(bytes) };

/** An archive byte by byte: libraries would refuse to write what an attacker does. */
export function rawArchive({ members, codec = 'tar', after = '\0'.repeat(1024), cut = 0, behind = '' }: RawArchive): Buffer {
  const packed = PACK[codec](Buffer.concat([...members.map(rawMember), Buffer.from(after)]));
  return Buffer.concat([packed.subarray(0, packed.length - cut), Buffer.from(behind)]);
}

export function rawMember({ name = '', hex, type = '0', link = '', content = '', size, magic = 'ustar\x0000', pax }: RawMember): Buffer {
  const body = Buffer.from(content);
  const header = Buffer.alloc(512);
  (hex === undefined ? Buffer.from(name) : Buffer.from(hex, 'hex')).copy(header, 0, 0, 100);
  header.write('0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(typeof size === 'string' ? size : sizeField(size ?? body.length), 124, 12, 'latin1');
  header.write('00000000000\0', 136);
  header.write('        ', 148);
  header.write(type, 156);
  header.write(link, 157, 100);
  header.write(magic, 257, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  const extended = pax ? rawMember({ name: 'pax', type: 'x', content: paxRecords(pax) }) : Buffer.alloc(0);
  return Buffer.concat([extended, header, body, Buffer.alloc((512 - (body.length % 512)) % 512)]);
}

/** Octal, or GNU's base 256 for what does not fit. */
function sizeField(size: number): string {
  if (size < 8 ** 11) return `${size.toString(8).padStart(11, '0')}\0`;
  const bytes = Buffer.alloc(12);
  bytes.writeBigUInt64BE(BigInt(size), 4);
  bytes[0] = 0x80;
  return bytes.toString('latin1');
}

/** Records say their own length, the digits of the length included. */
function paxRecords(records: Readonly<Record<string, string>>): string {
  return Object.entries(records)
    .map(([key, value]) => {
      const rest = ` ${key}=${value}\n`;
      let length = Buffer.byteLength(rest);
      while (length !== Buffer.byteLength(`${length}${rest}`)) length = Buffer.byteLength(`${length}${rest}`);
      return `${length}${rest}`;
    })
    .join('');
}
