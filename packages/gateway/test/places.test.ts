import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, CHAT, openScene, type Scene } from './scene.ts';

const ALLOWED = 'https://chat.example';
let scene: Scene;
beforeAll(async () => {
  scene = await openScene({ origins: [ALLOWED] });
});
afterAll(() => scene[Symbol.asyncDispose]());

/** `{port}` is the server's own. */
const FOREIGN_HOSTS = [
  'evil.example',
  'evil.example:{port}',
  'localhost.evil.example:{port}',
  'evil.localhost:{port}',
  'localhost.:{port}',
  '127.0.0.1.evil.example:{port}',
  '127.0.0.1.nip.io:{port}',
  '0.0.0.0:{port}',
  '[::]:{port}',
  '[::ffff:127.0.0.1]:{port}',
  '169.254.169.254:{port}',
  '10.0.0.1:{port}',
  '192.168.1.1:{port}',
  '2130706433:{port}',
  '0x7f.1:{port}',
  '127.1:{port}',
  'localhost:1',
  '127.0.0.1:1',
  'localhost',
  '127.0.0.1',
  'localhost:{port}@evil.example',
  'user@localhost:{port}',
  'localhost:{port}.evil.example',
  'LOCALHOST.EVIL:{port}',
  'xn--lcalhost-54a:{port}',
  '-',
  '*',
  'localhost:{port},evil.example',
  'localhost evil:{port}',
  '127.0.0.1:99999',
];
const FOREIGN_ORIGINS = [
  'https://evil.example',
  'http://evil.example',
  'null',
  'file://',
  'https://chat.example.evil.example',
  'https://evil-chat.example',
  'http://chat.example',
  'https://chat.example:444',
  'https://sub.chat.example',
  'https://chat.example/',
  'chrome-extension://abcdefgh',
  'http://localhost:3000',
  'http://127.0.0.1:{port}',
  'http://localhost:{port}',
  'https://chat.example@evil.example',
  'https://CHAT.example.',
  '*',
  'https://chat.example https://evil.example',
];

const said = (text: string): string => text.replaceAll('{port}', String(scene.port));

describe('who asks from elsewhere is refused', () => {
  it.each(FOREIGN_HOSTS)('by the host %s', async (host) => {
    for (const path of ['/v1/models', '/health', '/metrics']) expect((await ask(scene.port, path, { headers: { host: said(host) } })).status).toBe(421);
    expect((await ask(scene.port, '/v1/chat/completions', { headers: { host: said(host) }, body: CHAT })).status).toBe(421);
  });

  it.each(FOREIGN_ORIGINS)('by the origin %s', async (origin) => {
    const headers = { host: `localhost:${scene.port}`, origin: said(origin) };
    const answer = await ask(scene.port, '/v1/chat/completions', { headers, body: CHAT });
    expect(answer.status).toBe(403);
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
    const preflight = await ask(scene.port, '/v1/chat/completions', { method: 'OPTIONS', headers });
    expect(preflight.status).toBe(403);
    expect(preflight.headers).not.toHaveProperty('access-control-allow-origin');
  });

  it.each(['cross-site', 'same-site'])('by what a browser says of a page that sends no origin: %s', async (site) => {
    expect((await ask(scene.port, '/v1/models', { headers: { host: `localhost:${scene.port}`, 'sec-fetch-site': site } })).status).toBe(403);
  });

  it('and the engine hears nothing of it', () => {
    expect(scene.endpoint.requests).toEqual([]);
  });
});

describe('who asks from here is answered', () => {
  it.each(['localhost:{port}', 'LOCALHOST:{port}', '127.0.0.1:{port}', '[::1]:{port}', '127.0.0.2:{port}'])('by the host %s', async (host) => {
    expect((await ask(scene.port, '/v1/models', { headers: { host: said(host) } })).status).toBe(200);
  });

  it('by an origin that is allowed, and the browser is told', async () => {
    const headers = { host: `localhost:${scene.port}`, origin: ALLOWED };
    const answer = await ask(scene.port, '/v1/chat/completions', { headers, body: CHAT });
    expect(answer).toMatchObject({ status: 200, headers: { 'access-control-allow-origin': ALLOWED, vary: 'Origin' } });
    const preflight = await ask(scene.port, '/v1/chat/completions', { method: 'OPTIONS', headers });
    expect(preflight).toMatchObject({
      status: 204,
      headers: { 'access-control-allow-origin': ALLOWED, 'access-control-allow-headers': '*, authorization' },
    });
  });
});
