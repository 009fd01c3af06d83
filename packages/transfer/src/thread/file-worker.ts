import { parentPort } from 'node:worker_threads';
import { type ErrorData, toData } from './error-data.ts';
import { type FollowedFile, followFile } from './followed-file.ts';
import type { News, Order } from './messages.ts';
import { type ReceivedSegment, receiveSegment } from './receive-segment.ts';

// A thread that hashes growing files, and fetches segments of them where it is told to.

const files = new Map<number, FollowedFile>();
const reads = new Map<number, ReceivedSegment>();
let isPassing = false;

parentPort?.on('message', (order: Order) => {
  if (order.kind === 'follow') return follow(order);
  if (order.kind === 'read') return read(order);
  if (order.kind === 'cut') return reads.get(order.read)?.cut(order.end);
  if (order.kind === 'abort') return reads.get(order.read)?.abort();
  if (order.kind === 'stop') return end(order.file, {});
  files.get(order.file)?.advance(order.frontier);
  passSoon();
});

function follow(order: Extract<Order, { kind: 'follow' }>): void {
  try {
    files.set(order.file, followFile(order));
  } catch (error) {
    tell({ kind: 'followed', file: order.file, error: toData(error) });
  }
}

function read(order: Extract<Order, { kind: 'read' }>): void {
  const file = files.get(order.file);
  const received = receiveSegment(order, {
    onHeaders: (headers) => tell({ kind: 'headers', read: order.read, headers }),
    onWritten(bytes, at) {
      file?.take(bytes, at);
      endIfWhole(order.file);
    },
    onProgress: (done) => tell({ kind: 'wrote', read: order.read, done }),
  });
  reads.set(order.read, received);
  received.ended.then((outcome) => {
    reads.delete(order.read);
    tell({ kind: 'ended', read: order.read, ...outcome });
  });
}

/** A block of each file, then whatever else waits: connections, and other orders. */
function passSoon(): void {
  if (isPassing) return;
  isPassing = true;
  setImmediate(() => {
    isPassing = false;
    let isBusy = false;
    for (const id of [...files.keys()]) isBusy = pass(id) || isBusy;
    if (isBusy) passSoon();
  });
}

function pass(id: number): boolean {
  try {
    const isBusy = files.get(id)?.catchUp() ?? false;
    endIfWhole(id);
    return isBusy;
  } catch (error) {
    end(id, { error: toData(error) });
    return false;
  }
}

function endIfWhole(id: number): void {
  const hashes = files.get(id)?.hashes();
  if (hashes) end(id, { hashes });
}

function end(id: number, outcome: Pick<Extract<News, { kind: 'followed' }>, 'hashes'> & { readonly error?: ErrorData }): void {
  const file = files.get(id);
  if (!file) return;
  file.close();
  files.delete(id);
  tell({ kind: 'followed', file: id, ...outcome });
}

function tell(news: News): void {
  parentPort?.postMessage(news);
}
