import { rmSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { createHttp } from '../src/index.ts';
import { startFaultServer } from './fault-server.ts';
import { cut, ordinary, slowly, status } from './faults.ts';
import { LARGE, openScene, SIZES } from './scene.ts';

// The servers are in this very process, and keep it busy.
vi.mock('../src/fetch/thread-load.ts', () => ({ watchThreads: () => () => false }));
vi.mock('../src/http/retry-policy.ts', async (original) => ({ ...(await original<object>()), retryDelay: () => 1 }));

const CODES = [301, 302, 303, 307, 308];
/** Every way to carry a secret in a request, and the secret. */
const CANARY = 'canary-9d1f';
const SECRETS = {
  authorization: `Bearer ${CANARY}`,
  Cookie: `session=${CANARY}`,
  'Proxy-Authorization': `Basic ${CANARY}`,
  'X-Api-Key': CANARY,
  'PRIVATE-TOKEN': CANARY,
  'x-amz-security-token': CANARY,
};

describe.each(CODES)('a redirect of %d', (code) => {
  // The large one takes its own way out, whatever the code.
  it.each(code === 307 ? SIZES : SIZES.slice(0, 1))('to another origin brings %s there, and no header of the registry', async (_name, size) => {
    await using registry = await startFaultServer();
    await using cdn = await openScene({ size });
    registry.always(status(code, { location: cdn.url }, 'a body that is not the file'));
    expect((await cdn.fetch({ url: `${registry.origin}/v2/blob`, headers: SECRETS })).sha256).toBe(cdn.sha256);
    expect(cdn.isWhole()).toBe(true);
    expect(JSON.stringify(registry.requests[0]?.headers)).toContain(CANARY);
    expect(cdn.server.requests.length).toBeGreaterThan(0);
    expect(JSON.stringify(cdn.server.requests)).not.toContain(CANARY);
  });

  it('of the API to another origin takes no secret along', async () => {
    await using registry = await startFaultServer();
    await using other = await startFaultServer(Buffer.from('{}'));
    registry.always(status(code, { location: `${other.origin}/there` }));
    const http = createHttp({ userAgent: 'test/1', env: {} });
    const answer = await http.request({ url: `${registry.origin}/v2/`, headers: { ...SECRETS, accept: 'application/json' } }, {});
    expect(answer).toMatchObject({ status: 200, url: `${other.origin}/there` });
    expect(JSON.stringify(registry.requests[0]?.headers)).toContain(CANARY);
    expect(JSON.stringify(other.requests)).not.toContain(CANARY);
    // What the request is about goes along.
    expect(other.requests[0]?.headers).toMatchObject({ accept: 'application/json', 'user-agent': 'test/1' });
    await http.close();
  });
});

describe('redirects', () => {
  it('back to the first origin do not bring the secrets back', async () => {
    await using registry = await startFaultServer(Buffer.from('x'));
    await using other = await startFaultServer();
    registry.next(status(302, { location: `${other.origin}/1` }));
    other.always(status(302, { location: `${registry.origin}/2` }));
    const http = createHttp({ userAgent: 'test', env: {} });
    await http.request({ url: `${registry.origin}/0`, headers: SECRETS }, {});
    expect(registry.requests.map(({ url }) => url)).toEqual(['/0', '/2']);
    expect(JSON.stringify(registry.requests[1]?.headers)).not.toContain(CANARY);
    await http.close();
  });

  it('within the origin keep what the registry asked for', async () => {
    await using scene = await openScene();
    scene.server.next(status(302, { location: '/elsewhere' }));
    await scene.fetch({ headers: SECRETS });
    expect(scene.server.requests.map(({ url, headers }) => [url, headers['x-api-key']])).toEqual([
      ['/blob', CANARY],
      ['/elsewhere', CANARY],
    ]);
  });

  it('are followed ten times, not eleven', async () => {
    await using scene = await openScene();
    const hops = Array.from({ length: 10 }, (_, index) => status(302, { location: `/${index}` }));
    scene.server.next(...hops);
    expect((await scene.fetch()).sha256).toBe(scene.sha256);
    rmSync(scene.target);
    scene.server.next(...hops, status(302, { location: '/10' }));
    await expect(scene.fetch()).rejects.toMatchObject({ code: 'E_REGISTRY', message: expect.stringContaining('redirects without end') });
  });

  it('in a circle end', async () => {
    await using scene = await openScene();
    scene.server.always(status(307, { location: scene.url }));
    await expect(scene.fetch()).rejects.toMatchObject({ code: 'E_REGISTRY', message: expect.stringContaining('redirects without end') });
    expect(scene.server.requests).toHaveLength(11);
  });

  it.each([
    ['to nowhere', undefined, 'E_REGISTRY'],
    ['to a file', 'file:///etc/passwd', 'E_REGISTRY'],
    ['to plain HTTP outside', 'http://cdn.example/blob', 'E_FORBIDDEN'],
    ['to plain HTTP that looks like the loopback', 'http://127.0.0.1.cdn.example/blob', 'E_FORBIDDEN'],
    ['with a password', `http://user:${CANARY}@127.0.0.1/blob`, 'E_REGISTRY'],
    ['to no address', 'http://[::bad', 'E_REGISTRY'],
  ])('%s are refused at once', async (_where, location, code) => {
    await using scene = await openScene();
    scene.server.always(status(302, location === undefined ? {} : { location }));
    const problem = (await scene.fetch().catch((error: unknown) => error)) as Error;
    expect(problem).toMatchObject({ code });
    expect(problem.message).not.toContain(CANARY);
    expect(scene.server.requests).toHaveLength(1);
  });

  it('are not asked for again by each connection that goes on', async () => {
    await using registry = await startFaultServer();
    await using cdn = await openScene();
    registry.always(status(302, { location: `${cdn.url}?sig=${CANARY}` }));
    cdn.server.next(cut(300_000), cut(600_000));
    await cdn.fetch({ url: `${registry.origin}/blob` });
    expect(cdn.isWhole()).toBe(true);
    expect(cdn.server.requests).toHaveLength(3);
  });

  it('are asked for once, however many connections go there while the first is under way', async () => {
    await using registry = await startFaultServer();
    await using cdn = await openScene({ size: LARGE });
    registry.always(status(302, { location: cdn.url }));
    cdn.server.always(slowly(20_000_000));
    await cdn.fetch({ url: `${registry.origin}/blob` });
    expect(cdn.isWhole()).toBe(true);
    expect(cdn.server.peak).toBeGreaterThan(1);
    expect(registry.requests).toHaveLength(1);
  });

  it('to an address that expires half-way are asked for anew', async () => {
    await using registry = await startFaultServer();
    await using cdn = await openScene();
    let signed = 0;
    registry.always((exchange) => status(307, { location: `${cdn.url}?sig=${++signed}` })(exchange));
    cdn.server.next(cut(300_000));
    cdn.server.always((exchange) => (exchange.request.url?.endsWith('=1') || exchange.request.url?.endsWith('=2') ? status(403) : ordinary())(exchange));
    expect((await cdn.fetch({ url: `${registry.origin}/blob` })).sha256).toBe(cdn.sha256);
    expect(signed).toBe(3);
    expect(cdn.isWhole()).toBe(true);
  });
});

describe('an error', () => {
  it.each([
    ['that is refused', status(403)],
    ['that is not there', status(404)],
    ['that is broken', status(500)],
    ['that slows down', status(429)],
    ['that breaks off', cut(0)],
    ['that redirects without end', status(302, { location: '?again' })],
  ])('about an address %s shows neither its signature nor its headers', async (_what, answer) => {
    await using scene = await openScene();
    scene.server.always(answer);
    const url = `${scene.url}?X-Amz-Signature=${CANARY}&token=${CANARY}`;
    const problem = await scene.fetch({ url, headers: SECRETS }).catch((error: unknown) => error);
    expect(problem).toMatchObject({ code: expect.stringMatching(/^E_/) });
    expect(JSON.stringify(told(problem))).not.toContain(CANARY);
  });
});

/** All that an error could show to anyone, down to its causes. */
function told(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  return { ...error, message: error.message, stack: error.stack, cause: told(error.cause) };
}
