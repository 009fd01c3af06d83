import { IlabError, type Transfer } from '@ilab/core';
import { createConnectionBudget } from './fetch/connection-budget.ts';
import { watchThreads } from './fetch/thread-load.ts';
import { connectionsAt, createPace } from './fetch/pace.ts';
import { createConnections } from './http/dispatcher.ts';
import type { TransferOptions } from './options.ts';
import { createFileThreads } from './thread/file-threads.ts';

/** Connections to begin with, and the most that are tried. */
const FEW = 8;
const MOST = 64;

/** The engine for what registries hold: parallel, resumable, verified. Its parts are loaded on first use: most commands fetch nothing. */
export function createTransfer(options: TransferOptions): Transfer & { close(): Promise<void> } {
  const connections = createConnections(options);
  const budget = createConnectionBudget({ few: FEW, most: connectionsAt(options.limitRate, options.connections ?? MOST), isBusy: watchThreads() });
  const pace = createPace(options.limitRate);
  const threads = createFileThreads();
  return {
    async fetch(request, call) {
      if (options.offline) throw new IlabError('E_OFFLINE', 'Bytes would be fetched, and ilab is offline.', { hint: 'Leave out --offline.' });
      const { fetchBlob } = await import('./fetch/fetch-blob.ts');
      return fetchBlob({ connections, budget, pace, threads, options }, request, call);
    },
    async *unpack(request, call) {
      const { unpackArchive } = await import('./unpack/unpack-archive.ts');
      yield* unpackArchive(request, call);
    },
    async close() {
      await Promise.all([connections.close(), threads.close()]);
    },
  };
}
