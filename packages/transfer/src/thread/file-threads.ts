import { availableParallelism } from 'node:os';
import type { DigestAlgorithm } from '@ilab/core';
import type { RangeAnswer } from '../fetch/range-answer.ts';
import type { Hashes } from '../hash/hashes.ts';
import { type FileThread, type Followed, startFileThread } from './file-thread.ts';
import { fromData } from './error-data.ts';
import { readOnThread, type ThreadRead } from './read-on-thread.ts';

/** Hashes a file while it is written. */
export interface FileFollower {
  /** So many bytes from the start are written. */
  advance(frontier: number): void;
  /** The hashes, once all bytes were advanced over. */
  readonly result: Promise<Hashes>;
  /** Whether this file is one of several: then its thread can fetch and hash it at once, and all cores have something to do. */
  readonly isOneOfMany: boolean;
  /** As `readDirectly`, on the thread that hashes the file; without a pace. */
  read(read: ThreadRead): Promise<RangeAnswer | undefined>;
  /** Ends it early: when it returns, the file is no longer read, and the result is never settled. */
  stop(): Promise<void>;
}

/** A few threads that all files share: one takes some 12 MiB, so one a file would cost more than the bytes under way. */
export interface FileThreads {
  follow(file: { readonly path: string; readonly size: number; readonly algorithm: DigestAlgorithm }): FileFollower;
  /** Ends the threads; followers that are left never settle. */
  close(): Promise<void>;
}

/** Hashing is faster than any network that was measured with so many cores. */
const MOST_THREADS = 4;
/** Tells the thread once for so many bytes, not for every packet. */
const STEP = 1024 * 1024;

export function createFileThreads(most: number = Math.min(MOST_THREADS, availableParallelism())): FileThreads {
  const threads: FileThread[] = [];
  let files = 0;
  const choose = (): FileThread => {
    const idlest = threads.reduce<FileThread | undefined>((best, thread) => (best && best.files <= thread.files ? best : thread), undefined);
    if (idlest && (idlest.files === 0 || threads.length >= most)) return idlest;
    const thread = startFileThread(() => threads.splice(threads.indexOf(thread), 1));
    threads.push(thread);
    return thread;
  };
  return {
    follow(described) {
      const file = ++files;
      const thread = choose();
      const answer = thread.follow({ kind: 'follow', file, ...described });
      let told = 0;
      return {
        result: hashesOf(answer),
        get isOneOfMany() {
          return threads.reduce((sum, { files: here }) => sum + here, 0) > 1;
        },
        advance(written) {
          if (written - told < STEP && written < described.size) return;
          told = written;
          thread.tell({ kind: 'advance', file, frontier: written });
        },
        read: (read) => readOnThread(thread, file, read),
        async stop() {
          thread.tell({ kind: 'stop', file });
          await answer;
        },
      };
    },
    async close() {
      await Promise.all(threads.splice(0).map((thread) => thread.end()));
    },
  };
}

function hashesOf(answer: Promise<Followed>): Promise<Hashes> {
  const { promise, resolve, reject } = Promise.withResolvers<Hashes>();
  // Whoever stops it early never looks at the result.
  promise.catch(() => undefined);
  answer.then(({ hashes, error, lost }) => {
    if (hashes) resolve(hashes);
    else if (error) reject(fromData(error));
    else if (lost !== undefined) reject(lost);
  });
  return promise;
}
