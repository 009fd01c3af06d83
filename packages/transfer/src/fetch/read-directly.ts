import { connect, type OnReadOpts, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import type { HostTls } from '../http/host-tls.ts';
import { formatRequest, LONGEST_HEAD, parseHead } from './answer-head.ts';
import { createCopyingWriter } from './copying-writer.ts';
import { judge, type RangeAnswer, rangeHeaders, tooMuch } from './range-answer.ts';
import type { RangeRead } from './read-range.ts';
import { watchForStalls } from './stall-watch.ts';

export interface DirectRead extends Omit<RangeRead, 'dispatcher' | 'onBytes'> {
  /** Bytes were written, at that place of the file; they are valid until it returns. */
  readonly onBytes: (bytes: Uint8Array, at: number) => void;
  /** Certificates of the host, where they are not the system's. */
  readonly tls: HostTls;
}

/** Bytes read from the connection at once, into one buffer that is used over and over. Several connections' buffers fit a core's cache. */
const READ_AT_ONCE = 512 * 1024;

/**
 * Fetches one long segment over a connection of its own, without an HTTP client between socket and file: every byte is copied
 * twice, by the system, and no memory but one or two buffers is touched. Several times less work than any client there is (tools/bench).
 * It takes the plainest answer only: 200 or 206 with a `Content-Length` and no encoding.
 * @returns as `readRange`, or undefined when this answer is for the ordinary client; nothing was written then
 * @throws what the connection, the disk or the signal throws
 */
export function readDirectly(read: DirectRead): Promise<RangeAnswer | undefined> {
  const { hop, segment, size, file, signal, onHeaders, onBytes, stallAfter, pace } = read;
  const from = segment.start + segment.done;
  const { end } = segment;
  const head = formatRequest(hop.url, { ...hop.headers, ...rangeHeaders({ from, end, size }) });
  if (head === undefined) return Promise.resolve(undefined);

  const { promise, resolve, reject } = Promise.withResolvers<RangeAnswer | undefined>();
  const writer = createCopyingWriter({ file, segment, onWritten: onBytes });
  let seen = '';
  let inBody = false;
  let waiting: NodeJS.Timeout | undefined;

  /** @returns where the body starts in the buffer, or undefined when nothing more is to be read */
  const readHead = (bytes: Buffer): number | undefined => {
    const before = seen.length;
    seen += bytes.toString('latin1');
    const headEnd = seen.indexOf('\r\n\r\n');
    if (headEnd < 0) {
      if (seen.length > LONGEST_HEAD) resolve(undefined);
      return seen.length > LONGEST_HEAD ? undefined : bytes.length;
    }
    const answer = parseHead(seen.slice(0, headEnd));
    if (!answer) return void resolve(undefined);
    const { headers } = answer;
    const refused = judge({ ...answer, from, end, size });
    if (refused) return void resolve(refused);
    const isPlain = headers['transfer-encoding'] === undefined && headers['content-encoding'] === undefined;
    if (!isPlain || Number(headers['content-length']) !== end - from) return void resolve(undefined);
    onHeaders(headers);
    inBody = true;
    return headEnd + 4 - before;
  };

  const readBody = (bytes: Buffer): boolean => {
    const room = segment.end - segment.start - writer.taken;
    // The rest may have been given to other connections while this answer came.
    if (bytes.length > room && segment.end === end) throw tooMuch(hop);
    writer.push(bytes.subarray(0, Math.max(0, room)));
    if (bytes.length < room) return goOnAfter(pace(bytes.length));
    writer.flush();
    resolve({ kind: 'ok' });
    return false;
  };

  /** @returns whether to read on at once */
  const goOnAfter = (delay: number): boolean => {
    if (delay <= 0) return true;
    waiting = setTimeout(() => {
      waiting = undefined;
      socket.resume();
    }, delay);
    return false;
  };

  const onRead = (count: number, buffer: Buffer): boolean => {
    watch.count(count);
    try {
      const bytes = buffer.subarray(0, count);
      const bodyStart = inBody ? 0 : readHead(bytes);
      return bodyStart !== undefined && (!inBody || readBody(bytes.subarray(bodyStart)));
    } catch (error) {
      reject(error);
      return false;
    }
  };

  const socket = open(read, { buffer: Buffer.allocUnsafeSlow(READ_AT_ONCE), callback: (count, buffer) => onRead(count, buffer as Buffer) });
  socket.once(hop.url.protocol === 'https:' ? 'secureConnect' : 'connect', () => socket.write(head));
  socket.on('error', reject);
  socket.on('close', () => reject(Object.assign(new Error('the answer ended too early'), { code: 'ECONNRESET' })));
  const abort = (): void => reject(signal?.reason);
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort, { once: true });
  const watch = watchForStalls({ stallAfter, isHeld: () => waiting !== undefined, onStall: reject });
  return promise.finally(() => {
    watch.stop();
    clearTimeout(waiting);
    signal?.removeEventListener('abort', abort);
    socket.destroy();
    // What arrived before a connection broke counts.
    writer.flush();
  });
}

function open({ hop: { url }, tls }: DirectRead, onread: OnReadOpts): Socket {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (url.protocol === 'http:') return connect({ host, port: Number(url.port || 80), onread });
  // A name is told to the server, an address is not (RFC 6066, 3).
  const isAddress = /^[\d.]+$|:/.test(host);
  return connectTls({
    host,
    port: Number(url.port || 443),
    ALPNProtocols: ['http/1.1'],
    ...(!isAddress && { servername: host }),
    ...tls,
    onread,
  } as ConnectionOptions);
}
