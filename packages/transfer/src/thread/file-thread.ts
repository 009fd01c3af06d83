import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { threadError } from '@ilab/core';
import type { FollowOrder, News, Order, ReadOrder } from './messages.ts';

/** What came of a file, or why its thread was lost. */
export type Followed = Omit<Extract<News, { kind: 'followed' }>, 'kind' | 'file'> & { readonly lost?: unknown };
/** What a read tells; `lost` ends it. */
export type ReadNews = Exclude<News, { kind: 'followed' }> | { readonly kind: 'lost'; readonly error: unknown };

/** One thread, as the main thread sees it. */
export interface FileThread {
  /** How many files it follows now. */
  readonly files: number;
  /** Never rejects: what went wrong is in the answer. */
  follow(order: FollowOrder): Promise<Followed>;
  /** Tells its news to `hear` until it has ended or was lost. @returns its number, to tell more of it */
  read(order: Omit<ReadOrder, 'kind' | 'read'>, hear: (news: ReadNews) => void): number;
  tell(order: Order): void;
  end(): Promise<void>;
}

let lastRead = 0;

export function startFileThread(onEnd: () => void): FileThread {
  const worker = new Worker(workerUrl(), { resourceLimits: { maxOldGenerationSizeMb: 64 } });
  const following = new Map<number, (followed: Followed) => void>();
  const reading = new Map<number, (news: ReadNews) => void>();
  const settle = (file: number, followed: Followed): void => {
    following.get(file)?.(followed);
    following.delete(file);
    // An idle thread keeps no process alive.
    if (following.size === 0) worker.unref();
  };
  worker.on('message', (news: News) => {
    if (news.kind === 'followed') return settle(news.file, news);
    const hear = reading.get(news.read);
    if (news.kind === 'ended') reading.delete(news.read);
    hear?.(news);
  });
  worker.once('error', (error) => {
    onEnd();
    const lost = threadError(error);
    for (const file of [...following.keys()]) settle(file, { lost });
    for (const [read, hear] of [...reading]) {
      reading.delete(read);
      hear({ kind: 'lost', error: lost });
    }
  });
  const tell = (order: Order): void => worker.postMessage(order);
  return {
    get files() {
      return following.size;
    },
    follow(order) {
      const { promise, resolve } = Promise.withResolvers<Followed>();
      following.set(order.file, resolve);
      worker.ref();
      tell(order);
      return promise;
    },
    read(order, hear) {
      const read = ++lastRead;
      reading.set(read, hear);
      tell({ kind: 'read', read, ...order });
      return read;
    },
    tell,
    async end() {
      await worker.terminate();
    },
  };
}

/** The thread's module: beside this one in the sources, beside the bundle where it is bundled. */
function workerUrl(): URL {
  if (import.meta.url.endsWith('.ts')) return new URL('./file-worker.ts', import.meta.url);
  const beside = new URL('./file-worker.js', import.meta.url);
  return existsSync(beside) ? beside : new URL('./thread/file-worker.js', import.meta.url);
}
