import { mkdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Hub, snapshotOf, startHub } from '@ilab/hub';
import { OpenAI } from 'openai';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addLlamaCpp, createWorkspace, DEMO_MODELS, enginesOf, NO_LLAMA_CPP, type Running, startIlab, type Workspace } from '../src/index.ts';

let workspace: Workspace;
let hub: Hub;
let server: Running | undefined;

beforeEach(async () => {
  workspace = await createWorkspace();
  await addLlamaCpp(workspace);
  const versions = new Map([['v1', snapshotOf({ 'model.gguf': await readFile(DEMO_MODELS.v1) })]]);
  hub = await startHub({ models: [{ repository: 'acme/demo', versions }] });
}, 60_000);

afterEach(async () => {
  server?.child.kill();
  await server?.ended;
  server = undefined;
  await hub.close();
  await workspace.remove();
});

async function configure(text: string): Promise<void> {
  const folder = join(workspace.home, '.config', 'instructlab');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'config.yaml'), text);
}

/** Serves until the test ends. @returns the address that it tells */
async function serve(...args: readonly string[]): Promise<string> {
  server = startIlab(workspace, ['model', 'serve', '--threads', '1', '--slots', '1', ...args]);
  await server.says(/Try it: curl http:\S+/);
  return /curl (http:\/\/[^/]+)/.exec(server.stderr())?.[1] ?? '';
}

describe.skipIf(NO_LLAMA_CPP)(`ilab model serve${NO_LLAMA_CPP}`, { timeout: 60_000 }, () => {
  it('answers for several models, each by its reference and its alias, also while the engine of another is dead', async () => {
    const reference = `${hub.host}/acme/demo:v1`;
    expect((await workspace.ilab(['model', 'download', reference])).code).toBe(0);
    expect((await workspace.ilab(['model', 'alias', 'set', 'mine', reference])).code).toBe(0);
    // Named twice, it is loaded once.
    const url = await serve('--model', reference, '--model', 'mine', '--model', DEMO_MODELS.v2, '--port', '0');
    expect(server?.stderr().match(/Running it with llama-cpp/g)).toHaveLength(2);
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none', maxRetries: 0 });
    expect((await client.models.list()).data.map(({ id }) => id)).toEqual([reference, 'mine', DEMO_MODELS.v2]);
    const messages = [{ role: 'user' as const, content: 'What is LoRA?' }];
    for (const model of [reference, 'mine', DEMO_MODELS.v2]) {
      const { choices } = await client.chat.completions.create({ model, messages, temperature: 0 });
      expect(choices[0]?.message.content).toMatch(/LoRA/);
    }
    for (const id of [reference, 'mine', DEMO_MODELS.v2]) expect(await client.models.retrieve(id)).toMatchObject({ id, object: 'model' });
    await expect(client.models.retrieve('nobody')).rejects.toBeInstanceOf(OpenAI.NotFoundError);
    await expect(client.chat.completions.create({ model: 'nobody', messages })).rejects.toMatchObject({
      status: 404,
      code: 'model_not_found',
      message: expect.stringContaining(DEMO_MODELS.v2),
    });
    // With several, one has to be named.
    await expect(client.chat.completions.create({ model: '', messages })).rejects.toMatchObject({ status: 404, message: expect.stringContaining(reference) });
    // What is served is not removed.
    expect((await workspace.ilab(['model', 'remove', reference, '--yes'])).code).toBe(10);
    const [, second = 0] = await enginesOf(server?.pid ?? 0);
    process.kill(second, 'SIGSEGV');
    await server?.says(`The engine of ${DEMO_MODELS.v2} ended by itself.`);
    await expect(client.chat.completions.create({ model: DEMO_MODELS.v2, messages })).rejects.toMatchObject({ status: 503, code: 'engine_restarting' });
    expect((await client.chat.completions.create({ model: 'mine', messages })).choices).toHaveLength(1);
    await server?.says(`${DEMO_MODELS.v2} is served again.`);
    expect((await client.chat.completions.create({ model: DEMO_MODELS.v2, messages })).choices).toHaveLength(1);
  });

  it('serves no damaged model: it is fetched anew, or refused where it may not be', async () => {
    const reference = `${hub.host}/acme/demo:v1`;
    expect((await workspace.ilab(['model', 'download', reference])).code).toBe(0);
    const path = (await workspace.ilab(['model', 'path', reference])).stdout.trim();
    const { size } = await stat(path);
    await truncate(path, size - 1000);
    for (const model of [reference, path]) {
      const refused = await workspace.ilab(['model', 'serve', '--model', model, '--port', '0', '--pull', 'never']);
      expect(refused).toMatchObject({ code: 3, stdout: '' });
    }
    await serve('--model', reference, '--port', '0');
    expect((await stat(path)).size).toBe(size);
  });

  it('goes by what an older InstructLab’s configuration says of it', async () => {
    await configure(`version: 1.0.0
serve:
  model_path: ${DEMO_MODELS.v1}
  chat_template: auto
  server: { host: 127.0.0.2, port: 0 }
  llama_cpp: { gpu_layers: -1, max_ctx_size: 256 }
  vllm: { gpus: 2, vllm_args: [--dtype, float16] }
`);
    const url = await serve();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.2:\d+$/);
    const { data } = (await (await fetch(`${url}/v1/models`)).json()) as { data: { max_model_len: number }[] };
    expect(data).toMatchObject([{ id: DEMO_MODELS.v1, max_model_len: 256 }]);
  });

  it('lets others ask with a key alone', async () => {
    const open = await workspace.ilab(['model', 'serve', '--model', DEMO_MODELS.v1, '--host', '0.0.0.0', '--port', '0']);
    expect(open).toMatchObject({ code: 2, stderr: expect.stringContaining('--api-key-file') });
    const file = join(workspace.home, 'key');
    await writeFile(file, 'a-key-of-the-test\n', { mode: 0o600 });
    const url = await serve('--model', DEMO_MODELS.v1, '--host', '0.0.0.0', '--port', '0', '--api-key-file', file);
    expect(server?.stderr()).not.toContain('a-key-of-the-test');
    const list = (apiKey: string) => new OpenAI({ baseURL: `${url.replace('0.0.0.0', '127.0.0.1')}/v1`, apiKey, maxRetries: 0 }).models.list();
    await expect(list('another-key')).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
    expect((await list('a-key-of-the-test')).data).toHaveLength(1);
  });
});
