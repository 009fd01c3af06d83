import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, type FileHandle, open, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { type CallOptions, IlabError, isIlabError, type UnpackedMember, type UnpackRequest } from '@ilab/core';
import { extract, type Extract } from 'tar-stream';
import { diskError } from '../fetch/disk-error.ts';
import { memberKind } from './member-kind.ts';
import { fromRoot, memberPath, whiteoutOf } from './member-path.ts';
import { mostBytes, openArchive, tooMany } from './open-archive.ts';

type Entry = Extract extends AsyncIterable<infer Member> ? Member : never;
type FileMember = UnpackedMember & { readonly kind: 'file' };

/** More members than any model has: an archive of them is an attack. */
const MOST_MEMBERS = 100_000;

/**
 * Unpacks the regular files below a prefix, each hashed as it is written, and synced. Names on disk are numbers, so that nothing of the
 * archive decides where bytes go, and a hard link is a copy, so that none is made either.
 */
export async function* unpackArchive(request: UnpackRequest, { signal }: CallOptions): AsyncIterable<UnpackedMember> {
  const entries = extract();
  const out: Out = { files: new Map(), copied: 0 };
  // Inside a member, too: one alone can take minutes.
  const stop = (): void => void entries.destroy(new Error('aborted'));
  signal?.addEventListener('abort', stop, { once: true });
  let count = 0;
  try {
    pipeline(openArchive(request), entries, () => undefined);
    for await (const entry of entries) {
      signal?.throwIfAborted();
      if (++count > MOST_MEMBERS) throw new IlabError('E_REGISTRY', `An archive has more than ${MOST_MEMBERS} members.`, { side: 'source' });
      const member = await unpackMember(entry, { request, index: count, out });
      entry.resume();
      if (member) yield member;
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw unpackError(error, request);
  } finally {
    signal?.removeEventListener('abort', stop);
    entries.destroy();
  }
}

/** What came out so far: files by path, and the bytes of those that hard links named again. */
type Out = { readonly files: Map<string, FileMember>; copied: number };
type Place = { readonly request: UnpackRequest; readonly index: number; readonly out: Out };

async function unpackMember(entry: Entry, place: Place): Promise<UnpackedMember | undefined> {
  const { prefix, overlay } = place.request;
  const { name } = entry.header;
  // What takes the whole folder of the prefix away stands beside it.
  if (overlay && prefix !== '' && fromRoot(name) === `.wh.${prefix.replace(/\/$/, '')}`) return { kind: 'whiteout', path: '', opaque: true };
  const path = memberPath(name, prefix);
  if (path === undefined) return undefined;
  const gone = overlay ? whiteoutOf(path) : undefined;
  if (gone) return { kind: 'whiteout', ...gone };
  const is = memberKind(entry.header);
  if (is.kind === 'folder') return undefined;
  if (is.kind === 'other') return { kind: 'left-out', path, what: is.what };
  const first = is.kind === 'hard-link' ? linked(is.to, place) : undefined;
  if (is.kind === 'hard-link' && !first) return { kind: 'left-out', path, what: `a link to “${is.to.slice(0, 200)}”` };
  await checkSpace(first?.size ?? entry.header.size ?? 0, place.request);
  const target = join(place.request.directory, String(place.index));
  const written = first ? await copy(first, target, place) : await write(entry, target);
  const member: FileMember = { kind: 'file', path, target, ...written };
  place.out.files.set(path, member);
  return member;
}

/** The member that a hard link is another name of; only of those that came out. */
function linked(to: string, { request: { prefix }, out: { files } }: Place): FileMember | undefined {
  const path = fromRoot(to);
  return path.startsWith(prefix) ? files.get(path.slice(prefix.length)) : undefined;
}

/** A few packed bytes can say that they hold more than any disk: that is answered before the disk is full. */
async function checkSpace(size: number, { archive, directory }: UnpackRequest): Promise<void> {
  const { blocks, bavail, bsize } = await statfs(directory);
  // Some network file systems tell nothing.
  if (blocks === 0 || size <= bavail * bsize) return;
  throw new IlabError('E_NO_SPACE', `There is no space left for what ${archive} holds.`, { hint: 'Free some space and run it again.', side: 'target' });
}

type Written = Pick<FileMember, 'size' | 'sha256'>;

async function write(entry: Entry, target: string): Promise<Written> {
  const hash = createHash('sha256');
  let size = 0;
  await synced(await open(target, 'wx', 0o644), async (handle) => {
    for await (const chunk of entry as AsyncIterable<Buffer>) {
      hash.update(chunk);
      await handle.writeFile(chunk);
      size += chunk.length;
    }
  });
  return { size, sha256: hash.digest('hex') };
}

/** A link has no bytes in the archive, and a thousand of them could fill a disk. */
async function copy({ target: from, size, sha256 }: FileMember, target: string, { request, out }: Place): Promise<Written> {
  out.copied += size;
  if (out.copied > mostBytes(request.archive)) throw tooMany();
  await copyFile(from, target, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  await synced(await open(target, 'r+'));
  return { size, sha256 };
}

async function synced(handle: FileHandle, fill?: (handle: FileHandle) => Promise<void>): Promise<void> {
  try {
    await fill?.(handle);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function unpackError(error: unknown, { archive }: UnpackRequest): unknown {
  if (isIlabError(error)) return error;
  const told = diskError(error, archive);
  if (isIlabError(told)) return told;
  return new IlabError('E_REGISTRY', `An archive can’t be unpacked: ${error instanceof Error ? error.message : String(error)}.`, {
    side: 'source',
    cause: error,
  });
}
