import { join } from 'node:path';
import { startEndpoint } from '@ilab/testkit/endpoint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addLlamaCpp, createWorkspace, DEMO_MODELS, NO_LLAMA_CPP, root, startIlab, startProxy, type TestProxy, type Workspace } from '../src/index.ts';

const KEY = 'a-key-of-this-test';
/** A name that nobody has but the proxy. */
const AFAR = 'http://models.invalid/v1';

/** Node has a switch by which everything that it fetches goes through the proxy, loopback too. */
const SWITCHES: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ['as it is', {}],
  ['with NODE_USE_ENV_PROXY', { NODE_USE_ENV_PROXY: '1' }],
];

let workspace: Workspace;
beforeAll(async () => {
  workspace = await createWorkspace();
  expect((await workspace.ilab(['plugins', 'link', join(root, 'plugins', 'openai')])).code).toBe(0);
});
afterAll(() => workspace.remove());

const through = ({ url }: TestProxy): Record<string, string> => ({ HTTP_PROXY: url, HTTPS_PROXY: url, http_proxy: url, https_proxy: url });

describe.each(SWITCHES)('an endpoint, %s,', (_what, node) => {
  it('of somebody else is asked through the proxy, unless NO_PROXY names it', async () => {
    await using endpoint = disposable(await startEndpoint({ names: ['m'] }));
    await using proxy = await startProxy(Number(new URL(endpoint.url).port));
    const ask = (env: Readonly<Record<string, string>>) =>
      workspace.ilab(['model', 'chat', '--endpoint-url', AFAR, '--model', 'm', 'hello'], { env: { ...through(proxy), ...node, ...env } });
    expect(await ask({})).toMatchObject({ code: 0, stdout: 'It is a test.\n' });
    expect(new Set(proxy.asked)).toEqual(new Set(['models.invalid']));
    const asked = proxy.asked.length;
    expect(await ask({ NO_PROXY: 'models.invalid', no_proxy: 'models.invalid' })).toMatchObject({ code: 7, stdout: '' });
    expect(proxy.asked).toHaveLength(asked);
  });

  it('of this machine is asked directly, and its key goes nowhere else', async () => {
    await using endpoint = disposable(await startEndpoint({ names: ['m'], key: KEY }));
    await using proxy = await startProxy(Number(new URL(endpoint.url).port));
    const urls = [endpoint.url, endpoint.url.replace('127.0.0.1', 'localhost')];
    for (const url of urls) {
      const env = { ...through(proxy), ...node, OPENAI_API_KEY: KEY, OPENAI_BASE_URL: url };
      expect(await workspace.ilab(['model', 'chat', '--endpoint-url', url, '--model', 'm', 'hello'], { env })).toMatchObject({
        code: 0,
        stdout: 'It is a test.\n',
      });
    }
    expect(proxy.asked).toEqual([]);
    expect(endpoint.requests.every(({ authorization }) => authorization === `Bearer ${KEY}`)).toBe(true);
  });
});

describe.skipIf(NO_LLAMA_CPP)(`a model that runs here${NO_LLAMA_CPP}`, { timeout: 60_000 }, () => {
  it('is served, joined and started without any proxy', async () => {
    await addLlamaCpp(workspace);
    await using proxy = await startProxy(9);
    const env = { ...through(proxy), NODE_USE_ENV_PROXY: '1', ILAB_API_KEY: KEY };
    const server = startIlab({ ...workspace, env: { ...workspace.env, ...env } }, [
      'model',
      'serve',
      '--model',
      DEMO_MODELS.v1,
      '--port',
      '0',
      '--threads',
      '1',
    ]);
    try {
      await server.says('Ctrl-C stops it.');
      const question = ['model', 'chat', '--model', DEMO_MODELS.v1, '-t', '0', 'What is LoRA?'];
      const [joined, started] = [await workspace.ilab(question, { env }), await workspace.ilab([...question, '--backend', 'llama-cpp'], { env })];
      expect([joined.stderr.includes('which is served at'), started.stderr.includes('which is served at')]).toEqual([true, false]);
      expect(joined.stdout).toContain('LoRA trains two small matrices');
      expect(started.stdout).toBe(joined.stdout);
    } finally {
      server.child.kill();
      await server.ended;
    }
    expect([proxy.asked, proxy.sent()]).toEqual([[], '']);
  });
});

function disposable<T extends { close(): Promise<void> }>(resource: T): T & AsyncDisposable {
  return Object.assign(resource, { [Symbol.asyncDispose]: () => resource.close() });
}
