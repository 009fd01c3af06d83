import type { FileHandle } from 'node:fs/promises';
import { type CallOptions, IlabError } from '@ilab/core/adapter';
import { BLOCK } from '../modelcar/tar-header.ts';
import { readTarHeader, type TarHeader } from './read-tar-header.ts';

/** Where a file of an archive is. */
export interface TarMember {
  /** Of its first byte. */
  readonly offset: number;
  /** In bytes. */
  readonly size: number;
}

/** More files than any layout has, and the longest extended header that is read. */
const MOST_MEMBERS = 200_000;
const LARGEST_EXTENSION = 64 * 1024;

/**
 * Lists the files of a tar archive by its headers alone, so that a large archive is listed as fast as a small one.
 * @throws IlabError E_REGISTRY for what is no tar archive, or one with two files of one name, a path that leads out, a size that goes
 * beyond its end, or more than anybody packs
 */
export async function listTar(handle: FileHandle, { name, signal }: CallOptions & { readonly name: string }): Promise<ReadonlyMap<string, TarMember>> {
  const archive = { handle, name, end: (await handle.stat()).size };
  const members = new Map<string, TarMember>();
  const others = new Set<string>();
  for await (const { path, kind, offset, size } of membersOf(archive)) {
    signal?.throwIfAborted();
    if (path === '' || kind === 'folder') continue;
    if (members.has(path) || others.has(path)) throw noArchive(name, `it has “${path.slice(0, 200)}” twice`);
    if (kind === 'file') members.set(path, { offset, size });
    else others.add(path);
  }
  return members;
}

interface Archive {
  readonly handle: FileHandle;
  readonly name: string;
  /** Its size, in bytes. */
  readonly end: number;
}

/** What an extended header says of the next member. */
type Extended = { readonly path?: string; readonly size?: number };

async function* membersOf(archive: Archive): AsyncGenerator<TarMember & Pick<TarHeader, 'path' | 'kind'>> {
  const { end, name } = archive;
  let extended: Extended = {};
  let count = 0;
  for (let at = 0; ; ) {
    const block = await readExactly(archive, { at, length: BLOCK });
    // Two blocks of zeros end an archive; one is enough for whoever writes less.
    if (block.every((byte) => byte === 0)) return;
    if (++count > MOST_MEMBERS) throw noArchive(name, `it has more than ${MOST_MEMBERS} members`);
    const header = readTarHeader(block);
    if (typeof header === 'string') throw noArchive(name, header);
    const { kind } = header;
    const isExtension = kind === 'pax' || kind === 'long-name';
    const member = { kind, offset: at + BLOCK, path: extended.path ?? header.path, size: isExtension ? header.size : (extended.size ?? header.size) };
    if (member.size > end - member.offset) throw noArchive(name, 'it ends in the middle of a file');
    at = member.offset + Math.ceil(member.size / BLOCK) * BLOCK;
    if (isExtension) extended = { ...extended, ...(await readExtension(archive, member)) };
    else if (kind !== 'global') {
      extended = {};
      yield { ...member, path: plainPath(member.path, name) };
    }
  }
}

async function readExactly({ handle, name, end }: Archive, { at, length }: { readonly at: number; readonly length: number }): Promise<Buffer> {
  if (at + length > end) throw noArchive(name, 'it ends in the middle');
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await handle.read(buffer, 0, length, at);
  if (bytesRead !== length) throw noArchive(name, 'it became shorter');
  return buffer;
}

async function readExtension(archive: Archive, { kind, offset, size }: TarMember & Pick<TarHeader, 'kind'>): Promise<Extended> {
  const { name } = archive;
  if (size > LARGEST_EXTENSION) throw noArchive(name, 'it has a header that is too long');
  const bytes = await readExactly(archive, { at: offset, length: size });
  if (kind === 'long-name') return { path: bytes.toString().replace(/\0+$/, '') };
  const read: { path?: string; size?: number } = {};
  for (let at = 0; at < bytes.length && bytes[at] !== 0; ) {
    const [, digits = '', key = ''] = /^(\d{1,8}) ([^=\n]{1,200})=/.exec(bytes.toString('utf8', at, at + 300)) ?? [];
    const length = Number(digits);
    const from = at + digits.length + 1 + Buffer.byteLength(key) + 1;
    if (key === '' || at + length > bytes.length || from > at + length - 1 || bytes[at + length - 1] !== 0x0a) throw noArchive(name, 'it has a broken header');
    const value = bytes.toString('utf8', from, at + length - 1);
    if (key === 'path') read.path = value;
    if (key === 'size') read.size = sizeOf(value, name);
    if (key.startsWith('GNU.sparse.')) throw noArchive(name, 'it has sparse files');
    at += length;
  }
  return read;
}

function sizeOf(text: string, name: string): number {
  const size = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(size)) return size;
  throw noArchive(name, 'it has a size that is none');
}

/** @throws IlabError E_REGISTRY for a path that leads out of the archive */
function plainPath(path: string, name: string): string {
  const plain = path.replace(/^(?:\.\/)+/, '').replace(/^\.$/, '');
  const isHostile = plain.startsWith('/') || /[\\\p{Cc}\uFFFD]/u.test(plain) || plain.split('/').includes('..');
  if (!isHostile) return plain;
  throw noArchive(name, `it has a path that leads out of it or can’t be one: “${path.slice(0, 200)}”`);
}

export function noArchive(name: string, problem: string): IlabError {
  return new IlabError('E_REGISTRY', `${name} can’t be read as a tar archive: ${problem}.`, {
    hint: 'Get it again from where it came from, whole and as it was.',
    side: 'source',
  });
}
