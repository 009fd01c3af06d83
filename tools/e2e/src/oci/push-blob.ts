import { createReadStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createRemoteRegistries, type Descriptor } from '@ilab/oras';
import { createHttp } from '@ilab/transfer';

/** A program of its own, so that it can die: pushes a file, and says how many bytes went out and how often from the beginning. */
export interface PushOrder {
  readonly host: string;
  readonly repository: string;
  readonly file: string;
  readonly descriptor: Descriptor;
  /** Where unfinished uploads are kept. */
  readonly sessions: string;
  /** Kills itself once this much was read. */
  readonly dieAt?: number;
}

const order = JSON.parse(process.argv[2] ?? '') as PushOrder;
const kept: Record<string, string> = JSON.parse(await readFile(order.sessions, 'utf8').catch(() => '{}'));
let restarts = 0;
const http = createHttp({ userAgent: 'test', env: {} });
const remote = createRemoteRegistries({
  http,
  credentials: { find: async () => undefined },
  uploads: {
    sessions: {
      get: async (key) => kept[key],
      async put(key, value) {
        kept[key] = value;
        await writeFile(order.sessions, JSON.stringify(kept));
      },
    },
    onRestart: () => {
      restarts++;
    },
  },
});
const repository = await remote.repository(order, {});
let read = 0;
const sent = await repository.push(
  order.descriptor,
  {
    async *open({ start, end } = { start: 0, end: order.descriptor.size }) {
      for await (const piece of createReadStream(order.file, { start, end: end - 1, highWaterMark: 1024 * 1024 })) {
        yield piece as Buffer;
        read += (piece as Buffer).length;
        if (order.dieAt !== undefined && read >= order.dieAt) process.kill(process.pid, 'SIGKILL');
      }
    },
  },
  {},
);
await http.close();
process.stdout.write(JSON.stringify({ sent, restarts }));
