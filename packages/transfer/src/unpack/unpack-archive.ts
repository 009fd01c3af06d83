import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { type Readable, pipeline } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { type CallOptions, IlabError, isIlabError, type UnpackedMember, type UnpackRequest } from '@ilab/core';
import { extract, type Extract } from 'tar-stream';
import { diskError } from '../fetch/disk-error.ts';
import { memberPath, whiteoutOf } from './member-path.ts';

type Entry = Extract extends AsyncIterable<infer Member> ? Member : never;

/** More members than any model has: an archive of them is an attack. */
const MOST_MEMBERS = 100_000;

/**
 * Unpacks the regular files below a prefix, each hashed as it is written, and synced. Links are left out: whatever they point to is
 * a file of its own, or none of the model's. Names on disk are numbers, so that nothing of the archive decides where bytes go.
 */
export async function* unpackArchive(request: UnpackRequest, { signal }: CallOptions): AsyncIterable<UnpackedMember> {
  const entries = extract();
  pipeline(readArchive(request), entries, () => undefined);
  // Inside a member, too: one alone can take minutes.
  const stop = (): void => void entries.destroy(new Error('aborted'));
  signal?.addEventListener('abort', stop, { once: true });
  let count = 0;
  try {
    for await (const entry of entries) {
      signal?.throwIfAborted();
      if (++count > MOST_MEMBERS) throw new IlabError('E_REGISTRY', `An archive has more than ${MOST_MEMBERS} members.`, { side: 'source' });
      const member = await unpackMember(entry, { request, index: count });
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

function readArchive({ archive, codec }: UnpackRequest): Readable {
  const source = createReadStream(archive, { highWaterMark: 1024 * 1024 });
  if (codec === 'tar') return source;
  return pipeline(source, codec === 'tar+gzip' ? createGunzip() : createZstdDecompress(), () => undefined);
}

type Place = { readonly request: UnpackRequest; readonly index: number };

async function unpackMember(entry: Entry, { request, index }: Place): Promise<UnpackedMember | undefined> {
  const { name, type } = entry.header;
  const prefix = request.prefix;
  // What takes the whole folder of the prefix away stands beside it.
  if (prefix !== '' && name.replace(/^(?:\.\/)+/, '') === `.wh.${prefix.replace(/\/$/, '')}`) return { kind: 'whiteout', path: '', opaque: true };
  const path = memberPath(name, prefix);
  const gone = path === undefined ? undefined : whiteoutOf(path);
  if (gone) return { kind: 'whiteout', ...gone };
  if (path === undefined || (type !== 'file' && type !== 'contiguous-file')) return undefined;
  await checkSpace(entry, request);
  const target = join(request.directory, String(index));
  const handle = await open(target, 'wx', 0o644);
  try {
    return { kind: 'file', path, target, ...(await write(entry, handle)) };
  } finally {
    await handle.close();
  }
}

/** A few packed bytes can say that they hold more than any disk: that is answered before the disk is full. */
async function checkSpace({ header: { size = 0 } }: Entry, { archive, directory }: UnpackRequest): Promise<void> {
  const { blocks, bavail, bsize } = await statfs(directory);
  // Some network file systems tell nothing.
  if (blocks === 0 || size <= bavail * bsize) return;
  throw new IlabError('E_NO_SPACE', `There is no space left for what ${archive} holds.`, { hint: 'Free some space and run it again.', side: 'target' });
}

async function write(entry: Entry, handle: FileHandle): Promise<{ size: number; sha256: string }> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of entry as AsyncIterable<Buffer>) {
    hash.update(chunk);
    await handle.writeFile(chunk);
    size += chunk.length;
  }
  await handle.sync();
  return { size, sha256: hash.digest('hex') };
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
