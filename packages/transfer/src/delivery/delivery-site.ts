import { writeSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { type DeliverySite, IlabError, type OlderFile } from '@ilab/core';
import type { FetchDeps } from '../fetch/fetch-blob.ts';
import type { DeliveryLog } from './delivery-log.ts';
import { getRange } from './get-range.ts';

/** The partial file can't be written: no other way of fetching would help. */
export class DiskError extends Error {}

/** Bytes that are copied at once. */
const PIECE = 1024 * 1024;

export interface SiteOptions {
  readonly older: readonly OlderFile[];
  readonly size: number;
  /** The open partial file. */
  readonly file: number;
  readonly log: DeliveryLog;
  readonly signal: AbortSignal;
}

/** What is lent to a registry, and what its lender keeps. */
export interface OwnSite {
  readonly lent: DeliverySite;
  /** Whether it waits for a connection or for its turn: no byte comes then, and nothing is wrong. */
  isHeld(): boolean;
  /** From now on nothing is lent any more. */
  close(): void;
}

export function createDeliverySite(deps: FetchDeps, { older, size, file, log, signal }: SiteOptions): OwnSite {
  const files = new Map<OlderFile, Promise<FileHandle>>();
  let isClosed = false;
  let held = 0;
  const hold = async <T>(wait: () => Promise<T>): Promise<T> => {
    held++;
    try {
      return await wait();
    } finally {
      held--;
    }
  };
  const check = (): void => {
    signal.throwIfAborted();
    if (isClosed) throw new IlabError('E_INTERRUPTED', 'The delivery has ended.');
  };
  const opened = (from: OlderFile): Promise<FileHandle> => {
    if (!older.includes(from)) throw new IlabError('E_STORE', 'A file is read that was not lent.');
    const handle = files.get(from) ?? open(from.path, 'r');
    files.set(from, handle);
    return handle;
  };
  const read: DeliverySite['read'] = async (from, { from: start, into }) => {
    check();
    const handle = await opened(from);
    for (let done = 0; done < into.length; ) {
      check();
      const { bytesRead } = await handle.read(into, done, into.length - done, start + done);
      if (bytesRead === 0) throw new IlabError('E_STORE', `${from.path} is shorter than it should be.`);
      done += bytesRead;
    }
    log.read(into.length);
  };
  const write: DeliverySite['write'] = (at, bytes) => {
    check();
    if (!Number.isSafeInteger(at) || at < 0 || at + bytes.length > size) throw new IlabError('E_INTEGRITY', 'bytes are delivered that the file does not have');
    log.writing();
    try {
      for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done, bytes.length - done, at + done);
    } catch (cause) {
      throw new DiskError('the partial file can’t be written', { cause });
    }
    log.wrote([at, at + bytes.length]);
  };
  return {
    lent: {
      missing: log.missing,
      get: (request, options) => {
        check();
        return getRange(deps, request, { signal: options.signal ? AbortSignal.any([signal, options.signal]) : signal, hold, onBytes: log.fetched });
      },
      write,
      read,
      async copy(from, { from: start, length, to }) {
        const buffer = Buffer.allocUnsafe(Math.min(PIECE, length));
        for (let done = 0; done < length; done += PIECE) {
          const piece = buffer.subarray(0, Math.min(PIECE, length - done));
          await read(from, { from: start + done, into: piece });
          write(to + done, piece);
          log.linked(piece.length);
        }
      },
    },
    isHeld: () => held > 0,
    close() {
      isClosed = true;
      for (const handle of files.values()) void handle.then((opened) => opened.close()).catch(() => undefined);
      files.clear();
    },
  };
}
