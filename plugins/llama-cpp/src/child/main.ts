import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createApi } from './api.ts';
import { failure } from './failure.ts';
import { createApiServer } from './http-server.ts';
import { load } from './load.ts';
import type { ChildConfig, ChildMessage } from './messages.ts';

// The process that native code runs in. It is told what to load over its channel, and ends with it: when its parent is gone, so is it.

/** Milliseconds for what is under way, and for the library to free what it has; it was seen to hang there. */
const GRACE = 3000;
/** Milliseconds. */
const LAST_WORDS = 50;

let close: () => Promise<void> = async () => undefined;

process.once('message', (config: ChildConfig) => void start(config));
process.once('disconnect', () => void end());
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void end());

async function start(config: ChildConfig): Promise<void> {
  try {
    const loaded = await load(config);
    const server = createApiServer(createApi(loaded), config.key);
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
    close = async () => {
      server.close();
      server.closeAllConnections();
      await loaded.llama.dispose();
    };
    tell({ kind: 'ready', port: (server.address() as AddressInfo).port, contextLength: loaded.contextLength });
  } catch (error) {
    process.stderr.write(`error: ${error instanceof Error ? error.stack : String(error)}\n`);
    // What the library writes beside its error comes after it.
    await sleep(LAST_WORDS);
    tell(failure(error));
    await end();
  }
}

function tell(message: ChildMessage): void {
  process.send?.(message);
}

async function end(): Promise<void> {
  setTimeout(() => process.exit(0), GRACE).unref();
  await close().catch(() => undefined);
  process.exit(0);
}
