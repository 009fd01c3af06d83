import { BLOCK } from '../modelcar/tar-header.ts';

/** One header of a tar archive (POSIX.1-2017, pax, “ustar Interchange Format”). */
export interface TarHeader {
  /** `pax` and `long-name` say something of the next member; `other`: links, devices, pipes. */
  readonly kind: 'file' | 'folder' | 'pax' | 'long-name' | 'global' | 'other';
  readonly path: string;
  /** In bytes. */
  readonly size: number;
}

const KINDS: Readonly<Record<string, TarHeader['kind']>> = {
  '0': 'file',
  '\0': 'file',
  '7': 'file',
  '5': 'folder',
  x: 'pax',
  L: 'long-name',
  g: 'global',
  '1': 'other',
  '2': 'other',
  '3': 'other',
  '4': 'other',
  '6': 'other',
};

/** @returns what is wrong with it, in words, where it is none */
export function readTarHeader(block: Buffer): TarHeader | string {
  if (octal(block, { at: 148, length: 8 }) !== checksum(block)) return 'a header has a wrong checksum';
  const kind = KINDS[String.fromCharCode(block[156] ?? 0)];
  if (!kind) return 'it has a member of a kind that is not known';
  const size = sizeOf(block);
  if (size === undefined) return 'a member has a size that is none';
  const name = text(block, { at: 0, length: 100 });
  // Only POSIX has a prefix there; GNU has times.
  const prefix = block.toString('latin1', 257, 263) === 'ustar\0' ? text(block, { at: 345, length: 155 }) : '';
  const path = prefix === '' ? name : `${prefix}/${name}`;
  const isFolder = kind === 'file' && path.endsWith('/');
  // Links and devices have no content, whatever they say.
  return { kind: isFolder ? 'folder' : kind, path, size: kind === 'other' || kind === 'folder' || isFolder ? 0 : size };
}

function checksum(block: Buffer): number {
  let sum = 8 * 0x20;
  for (let at = 0; at < BLOCK; at++) if (at < 148 || at >= 156) sum += block[at] ?? 0;
  return sum;
}

function sizeOf(block: Buffer): number | undefined {
  // GNU's binary form, for what eleven octal digits can't hold.
  if (((block[124] ?? 0) & 0x80) === 0) return octal(block, { at: 124, length: 12 });
  const large = block.readBigUInt64BE(128);
  const isPlain = block[124] === 0x80 && block.readUIntBE(125, 3) === 0;
  return isPlain && large <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(large) : undefined;
}

function octal(block: Buffer, { at, length }: { readonly at: number; readonly length: number }): number | undefined {
  const digits = text(block, { at, length }).trim();
  if (digits === '') return 0;
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : undefined;
}

function text(block: Buffer, { at, length }: { readonly at: number; readonly length: number }): string {
  const end = block.indexOf(0, at);
  return block.toString('utf8', at, end === -1 ? at + length : Math.min(end, at + length));
}
