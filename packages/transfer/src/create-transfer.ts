import { IlabError, type Transfer } from '@ilab/core';
import { createConnectionBudget } from './fetch/connection-budget.ts';
import { fetchBlob } from './fetch/fetch-blob.ts';
import { createConnections } from './http/dispatcher.ts';
import type { TransferOptions } from './options.ts';
import { unpackArchive } from './unpack/unpack-archive.ts';

const CONNECTIONS = 8;

/** The engine for what registries hold: parallel, resumable, verified. */
export function createTransfer(options: TransferOptions): Transfer & { close(): Promise<void> } {
  const connections = createConnections(options);
  const budget = createConnectionBudget(options.connections ?? CONNECTIONS);
  return {
    async fetch(request, call) {
      if (options.offline) throw new IlabError('E_OFFLINE', 'Bytes would be fetched, and ilab is offline.', { hint: 'Leave out --offline.' });
      return fetchBlob({ connections, budget, options }, request, call);
    },
    unpack: unpackArchive,
    close: () => connections.close(),
  };
}
