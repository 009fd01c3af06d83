import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { freePort, unreachable } from '../src/index.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

/** A registry that says the same to everything. */
async function registry(status: number, answer: object): Promise<string> {
  const server = createServer((_request, response) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer)));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const KNOWN = { name: 'known', 'dist-tags': { latest: '1.0.0' }, versions: { '1.0.0': { name: 'known', version: '1.0.0' } } };

it('is a registry where nobody listens, or that only a proxy answers for', async () => {
  expect(await unreachable(`http://127.0.0.1:${await freePort()}/`, 'known')).toBe('npm can’t reach its registry: ECONNREFUSED');
  expect(await unreachable(await registry(503, {}), 'known')).toBe('npm can’t reach its registry: E503');
});

it('is none that answers, be it wrong: what comes of that is for the tests to show', async () => {
  expect(await unreachable(await registry(200, KNOWN), 'known')).toBeUndefined();
  expect(await unreachable(await registry(404, {}), 'known')).toBeUndefined();
  expect(await unreachable(await registry(200, []), 'known')).toBeUndefined();
});
