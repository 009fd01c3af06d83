import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RegistrySettings } from '@ilab/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHttp, createTransfer } from '../src/index.ts';
import { makeCertificate } from './certificate.ts';

const certificate = makeCertificate();

describe.skipIf(!certificate)(`over TLS${certificate ? '' : ' (openssl is not installed)'}`, () => {
  let server: Server;
  let host: string;
  let directory: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ilab-tls-'));
    const { cert = '', key = '' } = certificate ?? {};
    server = createServer({ cert: readFileSync(cert), key: readFileSync(key) }, (request, response) => {
      const content = request.url === '/small' ? SMALL : LARGE;
      response.writeHead(200, { 'content-length': content.length }).end(content);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    server?.close().closeAllConnections();
    for (const path of [directory, certificate?.directory]) if (path !== undefined) await rm(path, { recursive: true, force: true });
  });

  const SMALL = randomBytes(1000);
  /** Read straight into the file. */
  const LARGE = randomBytes(65 * 1024 * 1024);

  async function fetchBlob(content: Buffer, settings: RegistrySettings): Promise<string> {
    const transfer = createTransfer({ userAgent: 'test', env: {}, registries: { [host]: settings } });
    const sha256 = createHash('sha256').update(content).digest('hex');
    const url = `https://${host}/${content === SMALL ? 'small' : 'large'}`;
    try {
      const done = await transfer.fetch(
        { size: content.length, digest: `sha256:${sha256}`, target: join(directory, String(count++)), locate: async () => ({ url, headers: {} }) },
        {},
      );
      return done.sha256 === sha256 ? 'right' : 'wrong';
    } finally {
      await transfer.close();
    }
  }

  let count = 0;

  it.each([
    ['small', SMALL],
    ['large', LARGE],
  ])('a %s blob comes where its authority is configured, or the host is called insecure', async (_size, content) => {
    expect(await fetchBlob(content, { ca: certificate?.cert ?? '' })).toBe('right');
    expect(await fetchBlob(content, { insecure: true })).toBe('right');
  });

  it.each([
    ['small', SMALL],
    ['large', LARGE],
  ])('a %s blob is refused where nobody vouches for the host', async (_size, content) => {
    const outcome = fetchBlob(content, {});
    await expect(outcome).rejects.toMatchObject({ code: 'E_NETWORK', retryable: false, hint: expect.stringContaining('NODE_EXTRA_CA_CERTS') });
  });

  it('a request to the API knows the same', async () => {
    const trusting = createHttp({ userAgent: 'test', env: {}, registries: { [host]: { ca: certificate?.cert ?? '' } } });
    expect((await trusting.request({ url: `https://${host}/small` }, {})).body.length).toBe(1000);
    const careful = createHttp({ userAgent: 'test', env: {} });
    await expect(careful.request({ url: `https://${host}/small` }, {})).rejects.toMatchObject({ code: 'E_NETWORK' });
    await Promise.all([trusting.close(), careful.close()]);
  });
});
