import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import type { HostCertificates } from '@ilab/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createHttp, createTransfer } from '../src/index.ts';
import { makeCertificate } from './certificate.ts';

const [own, client] = [makeCertificate(), makeCertificate()];
const SMALL = randomBytes(1000);
/** Read straight into the file. */
const LARGE = randomBytes(65 * 1024 * 1024);

describe.skipIf(!own || !client)(`a host that wants to know who is there${own ? '' : ' (openssl is not installed)'}`, () => {
  const pem = (path = ''): string => readFileSync(path, 'utf8');
  const servers: Server[] = [];
  /** Whether who came showed a certificate, by host and path. */
  const shown: [string, boolean][] = [];
  let [registry, other] = ['', ''];

  async function serve(): Promise<string> {
    const tls = { cert: pem(own?.cert), key: pem(own?.key), ca: [pem(client?.cert)], requestCert: true, rejectUnauthorized: false };
    const server = createServer(tls, (request, response) => {
      const socket = request.socket as TLSSocket;
      shown.push([`${request.headers.host}${request.url}`, socket.authorized]);
      if (request.url?.startsWith('/away')) return response.writeHead(307, { location: `https://${other}/${request.url.slice(6)}` }).end();
      const content = request.url === '/large' ? LARGE : SMALL;
      return response.writeHead(200, { 'content-length': content.length }).end(content);
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  beforeAll(async () => {
    [registry, other] = [await serve(), await serve()];
  });
  beforeEach(() => shown.splice(0));
  afterAll(() => {
    for (const server of servers) server.close().closeAllConnections();
    for (const made of [own, client]) if (made) rmSync(made.directory, { recursive: true, force: true });
  });

  const certificates = (host: string): HostCertificates => ({
    authorities: [pem(own?.cert)],
    clients: host === registry ? [{ certificate: pem(client?.cert), key: pem(client?.key) }] : [],
  });

  it.each(['small', 'large'])('gets this client’s certificate for a %s blob, and who it redirects to does not', async (name) => {
    const content = name === 'small' ? SMALL : LARGE;
    const transfer = createTransfer({ userAgent: 'test', env: {}, certificates });
    const digest = `sha256:${createHash('sha256').update(content).digest('hex')}` as const;
    const fetch = (path: string) =>
      transfer.fetch(
        {
          size: content.length,
          digest,
          target: join(own?.directory ?? '', path.replaceAll('/', '-')),
          locate: async () => ({ url: `https://${registry}/${path}`, headers: {} }),
        },
        {},
      );
    await fetch(name);
    await fetch(`away/${name}`);
    await transfer.close();
    expect(shown).toEqual([
      [`${registry}/${name}`, true],
      [`${registry}/away/${name}`, true],
      [`${other}/${name}`, false],
    ]);
  });

  it('gets it with a request to its API, too, and nobody else does', async () => {
    const http = createHttp({ userAgent: 'test', env: {}, certificates });
    for (const url of [`https://${registry}/small`, `https://${registry}/away/small`, `https://${other}/small`]) await http.request({ url }, {});
    await http.close();
    expect(shown.map(([, isKnown]) => isKnown)).toEqual([true, true, false, false]);
  });

  it('is trusted by the authorities that stand beside the known ones, and by a configured one alone', async () => {
    const trusting = createHttp({ userAgent: 'test', env: {}, certificates });
    expect((await trusting.request({ url: `https://${other}/small` }, {})).status).toBe(200);
    await trusting.close();
    const strict = createHttp({ userAgent: 'test', env: {}, certificates, registries: { [other]: { ca: client?.cert ?? '' } } });
    await expect(strict.request({ url: `https://${other}/small` }, {})).rejects.toMatchObject({ code: 'E_NETWORK', retryable: false });
    await strict.close();
  });

  it('ends at once with what is wrong with its files', async () => {
    const http = createHttp({
      userAgent: 'test',
      env: {},
      certificates: () => ({ authorities: [], clients: [{ certificate: pem(client?.cert), key: pem(own?.key) }] }),
    });
    await expect(http.request({ url: `https://${registry}/small` }, {})).rejects.toMatchObject({
      code: 'E_BAD_CONFIG',
      message: expect.stringContaining(registry),
    });
    await http.close();
  });
});
