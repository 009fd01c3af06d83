import { join } from 'node:path';
import type { CallOptions, RunningServer, Servers as ServersPort } from '@ilab/core';

/** Servers of this user's that run on this machine; each says so itself while it does. */
export interface Servers {
  /** Tells others of one of this process's; `end` takes it back, and so does the end of the process. */
  announce(server: RunningServer, options?: CallOptions): Promise<{ end(): Promise<void> }>;
  /** Those that run, the youngest first. */
  list(options?: CallOptions): Promise<readonly RunningServer[]>;
}

export function createServersOf(dataDirectory: string): Servers {
  const port = async (): Promise<ServersPort> => {
    const { createServers } = await import('@ilab/local-fs');
    return createServers(join(dataDirectory, 'servers'));
  };
  return {
    announce: async (server, options = {}) => (await port()).announce(server, options),
    list: async (options = {}) => (await port()).list(options),
  };
}
