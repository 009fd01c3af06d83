import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Digest, FetchRequest, FetchResult, Transfer } from '@ilab/core';
import { createTransfer, type TransferOptions } from '../src/index.ts';
import { type Certificate, type FaultServer, startFaultServer } from './fault-server.ts';
import { stall } from './faults.ts';

const MIB = 1024 * 1024;
export const SMALL: number = 4 * MIB + 17;
/** Above the size from which a connection is read straight into the file. */
export const LARGE: number = 65 * MIB + 17;
/** Of this size a blob is never fetched alone: then it is read on a thread. */
export const LARGE_OF_MANY: number = LARGE + 1;
export const SIZES: readonly (readonly [name: string, size: number])[] = [
  ['a small blob', SMALL],
  ['a large blob', LARGE],
  ['a large blob, one of many', LARGE_OF_MANY],
];

export interface FetchOptions extends Partial<FetchRequest> {
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly options?: Partial<TransferOptions>;
}

/** A blob on a server with faults, and a place to fetch it to. */
export interface Scene extends AsyncDisposable {
  readonly server: FaultServer;
  readonly url: string;
  readonly content: Buffer;
  readonly size: number;
  readonly sha256: string;
  readonly directory: string;
  readonly target: string;
  /** Each call stands for a process of its own. */
  fetch(more?: FetchOptions): Promise<FetchResult>;
  /** Fetches up to an offset, and is aborted there. @returns bytes that were kept */
  fetchSome(until: number): Promise<number>;
  /** Whether the target holds exactly the content, and nothing lies beside it. */
  isWhole(): boolean;
}

export type SceneOptions = { readonly size?: number; readonly certificate?: Certificate };

/** Milliseconds after which something that was aborted has ended on a machine that is busy too: silence alone ends it after 30 seconds. */
export const PROMPTLY = 5000;

/** Random bytes of each size, made and hashed once. */
const made = new Map<number, { readonly content: Buffer; readonly sha256: string }>();

function contentOf(size: number): { readonly content: Buffer; readonly sha256: string } {
  const content = made.get(size)?.content ?? randomBytes(size);
  const known = made.get(size) ?? { content, sha256: createHash('sha256').update(content).digest('hex') };
  made.set(size, known);
  return known;
}

/** Another blob, of which no byte comes until it is given up. */
function fetchAnother(transfer: Transfer, blob: { readonly digest: Digest; readonly target: string }): () => Promise<void> {
  const stop = new AbortController();
  const locate: FetchRequest['locate'] = () => new Promise((_resolve, reject) => stop.signal.addEventListener('abort', reject));
  const another = transfer.fetch({ ...blob, size: LARGE, locate }, { signal: stop.signal }).catch(() => undefined);
  return async () => {
    stop.abort();
    await another;
    await rm(blob.target, { force: true });
  };
}

export async function openScene({ size = SMALL, certificate }: SceneOptions = {}): Promise<Scene> {
  const { content, sha256 } = contentOf(size);
  const digest: Digest = `sha256:${sha256}`;
  const server = await startFaultServer(content, certificate);
  const directory = await mkdtemp(join(tmpdir(), 'ilab-scene-'));
  const target = join(directory, 'blob');
  const here = `${server.origin}/blob`;

  const fetch: Scene['fetch'] = async ({ url = here, headers = {}, signal, options, ...request } = {}) => {
    const isOneOfMany = size === LARGE_OF_MANY;
    // The other keeps one for itself.
    const connections = isOneOfMany && options?.connections !== undefined && { connections: options.connections + 1 };
    const transfer = createTransfer({ userAgent: 'test', env: {}, ...options, ...connections });
    const fetched = transfer.fetch({ size, digest, target, locate: async () => ({ url, headers }), ...request }, signal ? { signal } : {});
    const leave = isOneOfMany ? fetchAnother(transfer, { digest, target: join(directory, 'another') }) : undefined;
    try {
      return await fetched;
    } finally {
      await leave?.();
      await transfer.close();
    }
  };
  return {
    server,
    url: here,
    content,
    size,
    sha256,
    directory,
    target,
    fetch,
    async fetchSome(until) {
      const sizeNow = (): number => (existsSync(target) ? statSync(target).size : 0);
      const enough = (sizeNow() + until) / 2;
      server.next(stall(until));
      const stop = new AbortController();
      // One connection, so that none fetches beyond the stall.
      const stopped = fetch({ signal: stop.signal, options: { connections: 1 } }).catch((error: unknown) => error);
      // The last bytes wait for more in memory until the end.
      // A thread writes sooner than it is heard of what state of the file it reads.
      while (sizeNow() < enough || !existsSync(`${target}.journal`)) await sleep(5);
      stop.abort();
      await stopped;
      return sizeNow();
    },
    isWhole: () => readFileSync(target).equals(content) && !existsSync(`${target}.journal`),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
