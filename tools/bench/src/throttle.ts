/**
 * A proxy that gives every connection so many bytes a second, late by so many milliseconds: a process of its own, told by its parent where
 * to listen and where to connect to.
 */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** What the parent says, once. */
export interface ThrottleOrder {
  readonly targets: readonly number[];
  /** Of each connection, towards the client. */
  readonly bytesPerSecond: number;
  /** Milliseconds, each way. */
  readonly delay: number;
}

let order: ThrottleOrder | undefined;
const servers = [0, 1].map((index) => createServer({ allowHalfOpen: true }, (client) => pass(client, index)));
await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))));
process.on('message', (given: ThrottleOrder) => {
  order = given;
  process.send?.('ready');
});
process.on('disconnect', () => process.exit());
process.send?.(servers.map((server) => (server.address() as AddressInfo).port));

function pass(client: Socket, index: number): void {
  const port = order?.targets[index];
  if (!order || port === undefined) return void client.destroy();
  const server = connect(port, '127.0.0.1');
  later(client, server, { delay: order.delay, bytesPerSecond: Number.POSITIVE_INFINITY });
  later(server, client, order);
  client.on('error', () => undefined).on('close', () => server.destroy());
  // What it sent before it closed is still under way.
  server.on('error', () => client.destroy());
}

/** Passes on what comes, in order, late, and no faster than the rate; reads no more than is soon due. */
function later(from: Socket, to: Socket, { delay, bytesPerSecond }: Pick<ThrottleOrder, 'delay' | 'bytesPerSecond'>): void {
  const queue: { readonly at: number; readonly send: () => void }[] = [];
  let paid = 0;
  let timer: NodeJS.Timeout | undefined;
  const pump = (): void => {
    timer = undefined;
    while (queue[0] && queue[0].at <= performance.now()) queue.shift()?.send();
    if (queue[0]) timer = setTimeout(pump, Math.max(1, queue[0].at - performance.now()));
  };
  const enqueue = (send: () => void): void => {
    queue.push({ at: Math.max(paid, performance.now()) + delay, send });
    if (timer === undefined) timer = setTimeout(pump, delay);
  };
  from.on('data', (chunk: Buffer) => {
    paid = Math.max(paid, performance.now()) + (chunk.length / bytesPerSecond) * 1000;
    enqueue(() => to.write(chunk));
    const wait = paid - performance.now();
    if (wait < 20) return;
    from.pause();
    setTimeout(() => from.resume(), wait - 10);
  });
  from.on('end', () => enqueue(() => to.end()));
}
