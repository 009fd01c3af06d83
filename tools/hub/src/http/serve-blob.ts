import { pipeline, Transform } from 'node:stream';
import type { Blob } from '../content/blob.ts';
import { answer, type Exchange } from './exchange.ts';
import type { Fault } from './faults.ts';

/** Serves bytes with ranges (RFC 9110, 14): one closed, open or suffix range; several are answered with the whole. */
export function serveBlob(exchange: Exchange, blob: Blob, extra: Readonly<Record<string, string>> = {}): void {
  const { request, response, method, faults, meter } = exchange;
  const changing = faults.some((fault) => fault.kind === 'etag');
  const etag = `"${changing ? `changed-${Math.random()}` : blob.sha256}"`;
  const headers = { 'content-type': 'application/octet-stream', 'accept-ranges': 'bytes', etag, ...extra };
  const ranged = faults.some((fault) => fault.kind === 'no-range') || (request.headers['if-range'] ?? etag) !== etag ? undefined : request.headers.range;
  const range = parseRange(ranged, blob.size);
  if (range === 'unsatisfiable') return answer(exchange, 416, { headers: { 'content-range': `bytes */${blob.size}` } });
  const [start, end] = range ?? [0, blob.size - 1];
  const status = range ? 206 : 200;
  response.writeHead(status, {
    ...headers,
    'content-length': String(end - start + 1),
    ...(range && { 'content-range': `bytes ${start}-${end}/${blob.size}` }),
  });
  if (method === 'HEAD' || blob.size === 0) {
    response.end();
    return;
  }
  // A body that breaks at once still has a head.
  response.flushHeaders();
  const source = blob.read(start, end);
  const spoiling = faults.map((fault) => spoil(fault, { start, exchange })).filter((step) => step !== undefined);
  pipeline([source, ...spoiling, meter.watch(blob.sha256), response], () => undefined);
}

export function parseRange(header: string | undefined, size: number): readonly [number, number] | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return undefined;
  const start = match[1] === '' ? Math.max(0, size - Number(match[2])) : Number(match[1]);
  const end = match[1] === '' || match[2] === '' ? size - 1 : Math.min(Number(match[2]), size - 1);
  return start >= size || end < start ? 'unsatisfiable' : [start, end];
}

/** What a fault does to the bytes on their way. */
function spoil(fault: Fault, { start, exchange }: { readonly start: number; readonly exchange: Exchange }): Transform | undefined {
  if (fault.kind === 'cut') return stopAfter(fault.at - start, () => exchange.response.destroy());
  if (fault.kind === 'stall') return stopAfter(fault.at - start, () => undefined);
  if (fault.kind === 'wrong-bytes') return flipByte(fault.at - start);
  return undefined;
}

function stopAfter(bytes: number, stop: () => void): Transform {
  let left = Math.max(0, bytes);
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (chunk.length <= left) {
        left -= chunk.length;
        done(null, chunk);
        return;
      }
      // Never calling back holds the stream here.
      this.push(chunk.subarray(0, left));
      setTimeout(stop, 20).unref();
    },
  });
}

function flipByte(offset: number): Transform {
  let at = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const here = offset - at;
      at += chunk.length;
      if (here < 0 || here >= chunk.length) return done(null, chunk);
      const changed = Buffer.from(chunk);
      changed[here] = (changed[here] ?? 0) ^ 0xff;
      done(null, changed);
    },
  });
}
