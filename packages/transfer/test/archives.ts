import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { UnpackedMember, UnpackRequest } from '@ilab/core';
import { createTransfer } from '../src/index.ts';

/** A member as its 512-byte header says it is (POSIX ustar), true or not. */
export interface RawMember {
  readonly name: string;
  /** `0` file, `1` hard link, `2` symbolic link, `5` folder, `x` extended header, `L` GNU long name. */
  readonly type?: string;
  readonly link?: string;
  readonly content?: Buffer | string;
  /** What the header says; default: what the content has. */
  readonly size?: number;
}

/** An archive byte by byte: libraries would refuse to write what an attacker does. */
export function rawTar(members: readonly RawMember[]): Buffer {
  return Buffer.concat([...members.map(rawMember), Buffer.alloc(1024)]);
}

export function rawMember({ name, type = '0', link = '', content = '', size }: RawMember): Buffer {
  const body = Buffer.from(content);
  const header = Buffer.alloc(512);
  header.write(name, 0, 100);
  header.write('0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(sizeField(size ?? body.length), 124, 'latin1');
  header.write('00000000000\0', 136);
  header.write('        ', 148);
  header.write(type, 156);
  header.write(link, 157, 100);
  header.write('ustar\x0000', 257, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, body, Buffer.alloc((512 - (body.length % 512)) % 512)]);
}

/** Octal, or GNU's base 256 for what does not fit. */
function sizeField(size: number): string {
  if (size < 8 ** 11) return `${size.toString(8).padStart(11, '0')}\0`;
  const bytes = Buffer.alloc(12);
  bytes.writeBigUInt64BE(BigInt(size), 4);
  bytes[0] = 0x80;
  return bytes.toString('latin1');
}

/** A place to unpack to, with something beside it that must not be touched. */
export interface UnpackingPlace extends Disposable {
  readonly root: string;
  readonly directory: string;
  unpack(bytes: Buffer, more?: Partial<UnpackRequest> & { readonly signal?: AbortSignal }): AsyncIterable<UnpackedMember>;
}

export function unpackingPlace(): UnpackingPlace {
  const root = mkdtempSync(join(tmpdir(), 'ilab-archive-'));
  const directory = mkdtempSync(join(root, 'out-'));
  const transfer = createTransfer({ userAgent: 'test', env: {} });
  return {
    root,
    directory,
    unpack(bytes, { signal, ...more } = {}) {
      const archive = join(root, 'archive');
      writeFileSync(archive, bytes);
      return transfer.unpack({ archive, codec: 'tar', prefix: '', overlay: true, directory, ...more }, signal ? { signal } : {});
    },
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}
