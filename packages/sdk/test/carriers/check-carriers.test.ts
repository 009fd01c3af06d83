import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { checkCarriers } from '../../src/doctor/check-carriers.ts';

const manifest = { carrier: 'dragonfly', summary: '', address: 'http://127.0.0.1:1', headers: {} };

it('says whether somebody is there, and sends nothing', async () => {
  const received: Buffer[] = [];
  const server = createServer((socket) => socket.on('data', (bytes) => received.push(bytes)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const look = (settings: object) => checkCarriers({ carriers: [manifest], settings: { offline: false, ...settings } }).run({});
  try {
    expect(await look({ carriers: { dragonfly: { address, trustedHosts: ['quay.io'] } } })).toEqual([
      { check: 'carrier dragonfly', state: 'ok', message: `Files come through ${address}, with credentials of quay.io.` },
    ]);
    expect(await look({})).toMatchObject([{ state: 'warning', message: expect.stringContaining('http://127.0.0.1:1') }]);
    expect(await look({ offline: true })).toEqual([]);
    expect(received).toEqual([]);
  } finally {
    server.close();
  }
});
