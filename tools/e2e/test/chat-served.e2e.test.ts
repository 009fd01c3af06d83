import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addLlamaCpp, createWorkspace, DEMO_MODELS, NO_LLAMA_CPP, run, type Running, startIlab, type Workspace } from '../src/index.ts';

const KEY = 'a-key-of-this-test';
const SECRET = 'The secret word is tamarind.';
const ASK = ['-t', '0', 'What is the secret word?', '--json'];

interface Told {
  readonly ok: boolean;
  readonly result: { readonly model: string; readonly answer: string };
  readonly warnings: readonly string[];
}

describe.skipIf(NO_LLAMA_CPP)(`chat with a server that runs${NO_LLAMA_CPP}`, { timeout: 60_000 }, () => {
  let workspace: Workspace;
  let withKey: Workspace;
  let server: Running;
  beforeAll(async () => {
    workspace = await createWorkspace();
    await addLlamaCpp(workspace);
    withKey = { ...workspace, env: { ...workspace.env, ILAB_API_KEY: KEY } };
    server = startIlab(withKey, ['model', 'serve', '--model', DEMO_MODELS.v1, '--adapter', DEMO_MODELS.adapter, '--port', '0', '--threads', '1']);
    await server.says('Ctrl-C stops it.');
  }, 60_000);
  afterAll(async () => {
    server?.child.kill();
    await server?.ended;
    await workspace?.remove();
  });

  async function chat(args: readonly string[], env: Readonly<Record<string, string>> = { ILAB_API_KEY: KEY }): Promise<Told & { readonly stderr: string }> {
    const { stdout, stderr } = await workspace.ilab(['model', 'chat', ...args], { env });
    return { ...(JSON.parse(stdout) as Told), stderr };
  }

  it('speaks with what it serves, where nobody has chosen a model', async () => {
    const { url } = serverOf(server);
    const { stderr, stdout } = await workspace.ilab(['model', 'chat', ...ASK.slice(0, -1)], { env: { ILAB_API_KEY: KEY } });
    expect(stderr).toContain(`Using ${DEMO_MODELS.adapter}, which is served at ${url}`);
    expect(stderr).not.toContain('Running it with');
    expect(stdout).toBe(`${SECRET}\n`);
  });

  it('takes exactly what was asked for: the model, or the adapter on it', async () => {
    const started = 'Running it with';
    const call = (...args: string[]) => workspace.ilab(['model', 'chat', ...args, ...ASK.slice(0, -1)], { env: { ILAB_API_KEY: KEY } });
    const plain = await call('--model', DEMO_MODELS.v1);
    expect([plain.stderr.includes(started), plain.stdout.includes('tamarind')]).toEqual([false, false]);
    const adapted = await call('--model', DEMO_MODELS.v1, '--adapter', DEMO_MODELS.adapter);
    expect([adapted.stderr.includes(started), adapted.stdout]).toEqual([false, `${SECRET}\n`]);
    const own = await call('--model', DEMO_MODELS.v1, '--backend', 'llama-cpp');
    expect(own.stderr).toContain(started);
  });

  it('needs no engine for an address of its own', async () => {
    const { url } = serverOf(server);
    expect((await chat(['--endpoint-url', `${url}/v1`, '--model', DEMO_MODELS.adapter, ...ASK])).result).toMatchObject({ answer: SECRET });
  });

  it('starts the model itself where the key is another one, and says so', async () => {
    const { ok, warnings, stderr } = await chat(['--model', DEMO_MODELS.v1, ...ASK], { ILAB_API_KEY: 'another-key' });
    expect({ ok, warnings }).toEqual({ ok: true, warnings: [expect.stringMatching(/is not used: it wants its key, which goes into ILAB_API_KEY/)] });
    expect(stderr).not.toContain('another-key');
  });

  it('writes its key nowhere', async () => {
    const folder = join(workspace.home, '.local/share/ilab/servers');
    const names = await readdir(folder);
    expect(names).toHaveLength(1);
    const { stdout } = await run('grep', ['-rl', KEY, workspace.home], { env: workspace.env });
    expect(stdout).toBe('');
  });

  it('finds none that was killed', async () => {
    server.child.kill('SIGKILL');
    await server.ended;
    const { code, stderr } = await workspace.ilab(['model', 'chat', '--offline', 'What is the secret word?']);
    expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringContaining('the default is not here') });
    expect(await readdir(join(workspace.home, '.local/share/ilab/servers'))).toEqual([]);
  });
});

function serverOf(server: Running): { readonly url: string } {
  return { url: /http:\/\/127\.0\.0\.1:\d+/.exec(server.stderr())?.[0] ?? '' };
}
