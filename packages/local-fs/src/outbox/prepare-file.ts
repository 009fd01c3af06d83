import { constants, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { type CallOptions, IlabError, type OutgoingFile, type ProgressTask, type UploadFile } from '@ilab/core';
import { storeError } from '../fs-errors.ts';
import { hashFiles } from '../verify/hash-files.ts';

/** Bytes read at once: of each file under way this much is in memory, and what the client has not sent yet. */
const PIECE = 256 * 1024;
/** Pieces whose memory is used in turn, where they are lent: fresh memory for each costs as much as sending it. */
const LENT = 4;

type Prepare = CallOptions & { readonly task?: ProgressTask };
type PrepareAll = CallOptions & { readonly begin: (file: OutgoingFile) => ProgressTask };
/** A file, and how it stood when it was first looked at. */
type Seen = { readonly file: OutgoingFile; readonly known: Stats };

/** Makes a file ready to be sent. What was hashed is what is sent: a file that changes meanwhile ends the upload. */
export async function prepareFile(file: OutgoingFile, { signal, task }: Prepare): Promise<UploadFile> {
  const seen = await look(file);
  const watch: ProgressTask = { at: (bytes) => task?.at(bytes), end() {} };
  const hashes = await hashAll(file.sha256 === undefined ? [seen] : [], () => watch, { signal });
  return ready(seen, hashes.get(file.path) ?? '', { signal });
}

/** The same of many; those without a hash are hashed on all cores. */
export async function prepareFiles(files: readonly OutgoingFile[], { signal, begin }: PrepareAll): Promise<readonly UploadFile[]> {
  const all: Seen[] = [];
  for (const file of files) all.push(await look(file));
  const unknown = all.filter(({ file }) => file.sha256 === undefined);
  const hashes = await hashAll(unknown, ({ file }) => begin(file), { signal });
  return all.map((seen) => ready(seen, hashes.get(seen.file.path) ?? '', { signal }));
}

async function look(file: OutgoingFile): Promise<Seen> {
  const known = await withFile(file.at, (_handle, stats) => Promise.resolve(stats));
  if (known.size !== file.size) throw changed(file.at);
  return { file, known };
}

/** @param hashed hex, of a file of which nothing is recorded */
function ready({ file, known }: Seen, hashed: string, options: CallOptions): UploadFile {
  const { path, size, at, sha256 } = file;
  let checked: Promise<void> | undefined;
  const check = async (): Promise<void> => {
    if (sha256 === undefined) return;
    const hashes = await hashAll([{ file, known }], () => ({ at() {}, end() {} }), options);
    if (hashes.get(path) === sha256) return;
    throw new IlabError('E_INTEGRITY', `${at} is not what was downloaded, and is not sent.`, { hint: 'See `ilab model verify --repair`.', side: 'source' });
  };
  return {
    path,
    size,
    sha256: sha256 ?? hashed,
    async *open({ start, end } = { start: 0, end: size }, { lent = false } = {}) {
      checked ??= check();
      await checked;
      yield* bytesOf(at, { known, start, end, lent, signal: options.signal });
    },
  };
}

/** Hex by path, of files as they were when they were looked at. */
async function hashAll(files: readonly Seen[], begin: (seen: Seen) => ProgressTask, options: CallOptions): Promise<ReadonlyMap<string, string>> {
  const hashes = new Map<string, string>();
  if (files.length === 0) return hashes;
  const tasks = files.map((seen) => ({ seen, path: seen.file.at, size: seen.file.size, algorithm: 'sha256' as const }));
  for await (const { task, outcome } of hashFiles(tasks, ({ seen }) => begin(seen), options)) {
    if (!('hex' in outcome)) throw unreadable(task.path, outcome.problem);
    await withFile(task.path, async (_handle, stats) => {
      if (!isSame(stats, task.seen.known)) throw changed(task.path);
    });
    hashes.set(task.seen.file.path, outcome.hex);
  }
  return hashes;
}

/** @param problem the system's code, or what else is wrong with it */
function unreadable(at: string, problem: string): IlabError {
  return /^E[A-Z0-9]+$/.test(problem) ? storeError(Object.assign(new Error(problem), { code: problem }), at) : changed(at);
}

type Range = { readonly known: Stats; readonly start: number; readonly end: number; readonly lent: boolean; readonly signal: AbortSignal | undefined };

async function* bytesOf(at: string, { known, start, end, lent, signal }: Range): AsyncGenerator<Uint8Array> {
  const file = await openSame(at, known);
  const memory: Buffer[] = [];
  try {
    for (let position = start, count = 0; position < end; count++) {
      signal?.throwIfAborted();
      const length = Math.min(PIECE, end - position);
      // Whoever takes the bytes may keep them until they are sent, so each piece has memory of its own, unless it is lent.
      const piece = (lent ? memory[count % LENT] : undefined) ?? Buffer.allocUnsafe(length);
      if (lent) memory[count % LENT] = piece;
      const { bytesRead } = await file.read(piece, 0, length, position);
      if (bytesRead === 0) throw changed(at);
      position += bytesRead;
      yield piece.subarray(0, bytesRead);
    }
    if (!isSame(await file.stat(), known)) throw changed(at);
  } finally {
    await file.close();
  }
}

async function openSame(at: string, known: Stats): Promise<FileHandle> {
  const file = await openFile(at);
  try {
    if (isSame(await file.stat(), known)) return file;
    throw changed(at);
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function withFile<T>(at: string, use: (file: FileHandle, stats: Stats) => Promise<T>): Promise<T> {
  const file = await openFile(at);
  try {
    return await use(file, await file.stat());
  } finally {
    await file.close();
  }
}

/** Never through a link that was put there meanwhile, and without waiting for the other end of a pipe. */
async function openFile(at: string): Promise<FileHandle> {
  try {
    return await open(at, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    throw storeError(error, at);
  }
}

function isSame(now: Stats, known: Stats): boolean {
  return now.isFile() && now.size === known.size && now.mtimeMs === known.mtimeMs && now.ino === known.ino;
}

function changed(at: string): IlabError {
  return new IlabError('E_STORE', `${at} changed while it was being uploaded.`, { hint: 'Upload again once nobody writes to it.', side: 'source' });
}
