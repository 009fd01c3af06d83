import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTransfer } from '../src/index.ts';

// How long is waited has tests of its own.
vi.mock('../src/http/retry-policy.ts', async (original) => ({ ...(await original<object>()), retryDelay: () => 1 }));

/** Above the size from which a connection is read straight into the file; all of one byte, so that a short head is all there is to write. */
const SIZE = 65 * 1024 * 1024;
const CONTENT = Buffer.alloc(SIZE, 7);
const SHA256 = createHash('sha256').update(CONTENT).digest('hex');

let directory: string;
let target: string;
let server: Server | undefined;
let heads: string[];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ilab-lies-'));
  target = join(directory, 'blob');
  heads = [];
});
afterEach(async () => {
  server?.close();
  await rm(directory, { recursive: true, force: true });
});

/** Answers each request with what the test writes, byte by byte. */
async function fetchFrom(answer: (socket: Socket, head: string, count: number) => void, headers: Readonly<Record<string, string>> = {}): Promise<unknown> {
  server = createServer((socket) => {
    let head = '';
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      head += bytes.toString('latin1');
      if (!head.includes('\r\n\r\n')) return;
      heads.push(head);
      answer(socket, head, heads.length);
      head = '';
    });
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/x`;
  const transfer = createTransfer({ userAgent: 'test', env: {}, connections: 1 });
  try {
    return await transfer.fetch({ size: SIZE, digest: `sha256:${SHA256}`, target, locate: async () => ({ url, headers }) }, {});
  } finally {
    await transfer.close();
  }
}

const good = (extra = ''): string => `HTTP/1.1 200 OK\r\nContent-Length: ${SIZE}\r\n${extra}\r\n`;

describe('a server that answers plainly', () => {
  it('is read', async () => {
    expect(await fetchFrom((socket) => void socket.end(Buffer.concat([Buffer.from(good()), CONTENT])))).toEqual({ fetched: SIZE, linked: 0, sha256: SHA256 });
    expect(readFileSync(target).equals(CONTENT)).toBe(true);
    expect(heads).toEqual([expect.stringMatching(/^GET \/x HTTP\/1\.1\r\nhost: 127\.0\.0\.1:\d+\r\n[\s\S]*accept-encoding: identity\r\n/)]);
  });

  it('is read where the head comes in pieces', async () => {
    const slowly = async (socket: Socket): Promise<void> => {
      for (const byte of good('X-A: b\r\n')) await new Promise((resolve) => socket.write(byte, resolve));
      socket.end(CONTENT);
    };
    expect(await fetchFrom((socket) => void slowly(socket))).toMatchObject({ sha256: SHA256 });
  });

  it('is read by the ordinary client where the answer is chunked', async () => {
    const chunk = CONTENT.subarray(0, SIZE / 5);
    const piece = Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')]);
    const body = Buffer.concat([
      Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'),
      piece,
      piece,
      piece,
      piece,
      piece,
      Buffer.from('0\r\n\r\n'),
    ]);
    expect(await fetchFrom((socket) => void socket.write(body))).toMatchObject({ sha256: SHA256 });
    expect(heads).toHaveLength(2);
  });
});

describe('a server that lies', () => {
  it.each<readonly [string, string, RegExp]>([
    ['about the length, less', `HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789`, /E_NETWORK|E_INTEGRITY|E_REGISTRY/],
    ['about the range', `HTTP/1.1 206 Partial\r\nContent-Range: bytes 5-9/${SIZE}\r\nContent-Length: 5\r\n\r\n01234`, /E_REGISTRY/],
    ['with no head at all', 'hello\r\n\r\n', /E_NETWORK/],
  ])('%s', { timeout: 60_000 }, async (_how, answer, code) => {
    await expect(fetchFrom((socket) => void socket.end(answer))).rejects.toMatchObject({ code: expect.stringMatching(code) });
    expect(existsSync(target) ? statSync(target).size : 0).toBeLessThanOrEqual(SIZE);
  });

  it('with more bytes than it said writes none of them beyond the end', async () => {
    const outcome = await fetchFrom((socket) => void socket.end(Buffer.concat([Buffer.from(good()), CONTENT, CONTENT]))).catch((error: unknown) => error);
    expect(outcome).toMatchObject({ code: 'E_INTEGRITY' });
    expect(existsSync(target) ? statSync(target).size : 0).toBeLessThanOrEqual(SIZE);
  });

  it('about an encoding is not believed', async () => {
    const lie = good('Content-Encoding: gzip\r\n');
    await expect(fetchFrom((socket) => void socket.end(Buffer.concat([Buffer.from(lie), Buffer.alloc(SIZE, 8)])))).rejects.toMatchObject({
      code: 'E_INTEGRITY',
    });
  });
});

describe('a header that would end its line', () => {
  it('is never sent', async () => {
    const hostile = { 'x-note': 'a\r\nx-evil: 1' };
    await expect(fetchFrom((socket) => void socket.end(Buffer.concat([Buffer.from(good()), CONTENT])), hostile)).rejects.toThrow();
    expect(heads.join('')).not.toContain('x-evil');
  });
});
