import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHttp } from '@ilab/transfer';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { createRemoteRegistries, type Descriptor } from '../src/index.ts';
import { digestOf } from './fake-registry.ts';

vi.mock('../src/remote/pause.ts', () => ({ pause: async () => undefined }));

const http = createHttp({ userAgent: 'test', env: {} });
afterAll(() => http.close());
const BYTES = randomBytes(200_000);
const BLOB: Descriptor = { mediaType: 'application/octet-stream', digest: digestOf(BYTES), size: BYTES.length, annotations: {} };

type Answer = (response: ServerResponse, request: IncomingMessage) => void;
let ranges: (string | undefined)[] = [];
let close: (() => void) | undefined;
afterEach(() => close?.());

/** Answers one after the other; the last one again and again. */
async function read(answers: readonly Answer[], { descriptor = BLOB, most = Infinity }: { descriptor?: Descriptor; most?: number } = {}): Promise<Buffer> {
  ranges = [];
  const server = createServer((request, response) => {
    if (request.url === '/v2/') return void response.end('{}');
    ranges.push(request.headers.range);
    answers[Math.min(ranges.length, answers.length) - 1]?.(response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = () => void server.close().closeAllConnections();
  const remote = createRemoteRegistries({ http, credentials: { find: async () => undefined } });
  const repository = await remote.repository({ host: `127.0.0.1:${(server.address() as AddressInfo).port}`, repository: 'a' }, {});
  const pieces: Uint8Array[] = [];
  for await (const piece of repository.fetch(descriptor, {})) {
    pieces.push(piece);
    if (pieces.length >= most) break;
  }
  return Buffer.concat(pieces);
}

const whole: Answer = (response) => response.writeHead(200, { 'content-length': BYTES.length }).end(BYTES);

/** The whole, as far as a byte. */
function cutAt(end: number): Answer {
  return (response) => {
    response.writeHead(200, { 'content-length': BYTES.length });
    response.write(BYTES.subarray(0, end), () => setTimeout(() => response.destroy(), 20));
  };
}

/** What was asked for, with a wrong word on the way. */
function ranged({ shift = 0, total = BYTES.length, end }: { shift?: number; total?: number | '*'; end?: number } = {}): Answer {
  return (response, request) => {
    const start = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1]) + shift;
    const part = BYTES.subarray(start, end);
    response.writeHead(206, { 'content-range': `bytes ${start}-${BYTES.length - 1}/${total}`, 'content-length': BYTES.length - start });
    response.write(part, () => (end === undefined ? response.end() : setTimeout(() => response.destroy(), 20)));
  };
}

describe('a blob', () => {
  it('is read without a range', async () => {
    expect(await read([whole])).toEqual(BYTES);
    expect(ranges).toEqual([undefined]);
  });

  it('is gone on with by a closed range where a connection broke', async () => {
    expect(await read([cutAt(70_000), ranged({ end: 150_000 }), ranged({ total: '*' })])).toEqual(BYTES);
    expect(ranges).toEqual([undefined, 'bytes=70000-199999', 'bytes=150000-199999']);
  });

  it('is read again up to there where the registry sends no ranges', async () => {
    expect(await read([cutAt(70_000), cutAt(100_000), whole])).toEqual(BYTES);
  });

  it('is not gone on with by another range', async () => {
    await expect(read([cutAt(70_000), ranged({ shift: 1 })])).rejects.toMatchObject({ code: 'E_REGISTRY' });
    await expect(read([cutAt(70_000), ranged({ total: 5 })])).rejects.toMatchObject({ code: 'E_REGISTRY' });
    await expect(read([(response) => response.writeHead(206, { 'content-range': 'bytes 0-9/10' }).end('0123456789')])).rejects.toMatchObject({
      code: 'E_REGISTRY',
    });
  });

  it('is given up where connections break without a byte', async () => {
    await expect(read([cutAt(0)])).rejects.toMatchObject({ code: 'E_NETWORK' });
    expect(ranges).toHaveLength(6);
  });

  it.each<[string, Answer]>([
    ['other bytes', (response) => response.end(randomBytes(BYTES.length))],
    ['too little', (response) => response.end(BYTES.subarray(1))],
    ['too much', (response) => response.end(Buffer.concat([BYTES, BYTES]))],
    ['nothing', (response) => response.end()],
  ])('of %s is refused', async (_what, answer) => {
    await expect(read([answer])).rejects.toMatchObject({ code: 'E_INTEGRITY' });
  });

  it('is taken for what it is, and no room made for what a descriptor says', async () => {
    await expect(read([(response) => response.end('little')], { descriptor: { ...BLOB, size: Number.MAX_SAFE_INTEGER } })).rejects.toMatchObject({
      code: 'E_INTEGRITY',
    });
  });

  it('that is not there, or not allowed, says so', async () => {
    await expect(read([(response) => response.writeHead(404).end()])).rejects.toMatchObject({ code: 'E_NOT_FOUND' });
    await expect(read([(response) => response.writeHead(403).end()])).rejects.toMatchObject({ code: 'E_FORBIDDEN' });
  });

  it('need not be read to its end', async () => {
    const gone = Promise.withResolvers<void>();
    const endless: Answer = (response) => {
      response.once('close', () => gone.resolve());
      response.writeHead(200, { 'content-length': BYTES.length }).write(BYTES.subarray(0, 10));
    };
    expect(await read([endless], { most: 1 })).toEqual(BYTES.subarray(0, 10));
    await gone.promise;
  });

  it('is fetched without what a descriptor says of other places', async () => {
    let asked = 0;
    const elsewhere = createServer((_request, response) => {
      asked++;
      response.end(BYTES);
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    const urls = { ...BLOB, urls: [`http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`] };
    await expect(read([(response) => response.writeHead(404).end()], { descriptor: urls })).rejects.toMatchObject({ code: 'E_NOT_FOUND' });
    elsewhere.close();
    expect(asked).toBe(0);
  });
});
