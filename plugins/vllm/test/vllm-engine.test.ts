import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EngineRequest } from '@ilab/plugin-api';
import { leftOver, testEngineContext } from '@ilab/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { createVllm } from '../src/vllm-engine.ts';
import { type Call, createScene, type Scene } from './scene.ts';

const scenes: Scene[] = [];
async function scene(env: Readonly<Record<string, string>> = {}): Promise<Scene> {
  const made = await createScene(env);
  scenes.push(made);
  return made;
}
afterEach(async () => {
  for (const one of scenes.splice(0)) await one.close();
});

/** How the program is called for a request. */
async function callFor({ engine, request, call }: Scene, more: Partial<EngineRequest> = {}): Promise<Call> {
  const session = await engine.start({ ...request, ...more }, {});
  await session.end();
  return call();
}

function optionsOf({ args }: Call): Readonly<Record<string, readonly string[]>> {
  const found: Record<string, string[]> = {};
  let list: string[] = [];
  for (const word of args) {
    if (!word.startsWith('--')) list.push(word);
    else found[word.slice(2)] = list = [];
  }
  return found;
}

describe('how vllm is called', () => {
  it('has the model by path, its names, and loopback alone', async () => {
    const given = await scene();
    const call = await callFor(given);
    expect(call.args.slice(0, 2)).toEqual(['serve', given.model]);
    expect(optionsOf(call)).toEqual({
      'distributed-executor-backend': ['mp'],
      host: ['127.0.0.1'],
      port: [expect.stringMatching(/^\d+$/)],
      'served-model-name': ['quay.io/acme/model:v1', 'mine'],
    });
  });

  it('gives the key by the environment alone, and what is none of its business not at all', async () => {
    const call = await callFor(await scene({ HF_TOKEN: 'hf_secretsecret', OPENAI_API_KEY: 'sk-secret' }));
    expect(call.env['VLLM_API_KEY']).toMatch(/^[\w-]{43}$/);
    expect(call.args.join(' ')).not.toContain(call.env['VLLM_API_KEY']);
    expect(call.env).not.toHaveProperty('HF_TOKEN');
    expect(call.env).not.toHaveProperty('OPENAI_API_KEY');
    expect(call.env).toMatchObject({ HF_HUB_OFFLINE: '1', VLLM_NO_USAGE_STATS: '1' });
  });

  it('says context, slots and template', async () => {
    const given = await scene();
    const session = await given.engine.start({ ...given.request, contextLength: 2048, slots: 8, chatTemplate: '{{ messages }}' }, {});
    const options = optionsOf(await given.call());
    expect(options).toMatchObject({ 'max-model-len': ['2048'], 'max-num-seqs': ['8'] });
    const [template = ''] = options['chat-template'] ?? [];
    expect(await readFile(template, 'utf8')).toBe('{{ messages }}');
    expect((await stat(template)).mode & 0o777).toBe(0o600);
    expect(session.contextLength).toBe(2048);
    await session.end();
    expect(await readdir(join(given.folder, 'data'))).toEqual([]);
  });

  it.each([
    [16, '16'],
    [17, '32'],
    [130, '256'],
  ])('loads adapters under all their names: rank %i', async (rank, highest) => {
    const given = await scene();
    await writeFile(join(given.folder, 'adapter_config.json'), JSON.stringify({ r: rank }));
    const adapters = [{ names: ['hub.example/a/lora:main', 'lora'], path: given.folder, files: [] }];
    const options = optionsOf(await callFor(given, { model: { ...given.request.model, adapters } }));
    expect(options).toMatchObject({ 'enable-lora': [], 'max-loras': ['2'], 'max-lora-rank': [highest] });
    expect(options['lora-modules']?.map((json) => JSON.parse(json) as unknown)).toEqual([
      { name: 'hub.example/a/lora:main', path: given.folder },
      { name: 'lora', path: given.folder },
    ]);
  });

  it('loads what bitsandbytes quantised as InstructLab does', async () => {
    const given = await scene();
    await writeFile(join(given.model, 'config.json'), '{"quantization_config":{"quant_method":"bitsandbytes"}}');
    expect(optionsOf(await callFor(given))).toMatchObject({ quantization: ['bitsandbytes'], 'load-format': ['bitsandbytes'], 'enforce-eager': [] });
  });

  it.each<readonly string[]>([
    ['--tensor-parallel-size', '4', '--pipeline-parallel-size', '2', '--distributed-executor-backend', 'ray'],
    ['--nnodes', '2', '--node-rank', '0', '--master-addr', '10.0.0.1', '--tensor-parallel-size=8'],
    ['--max-model-len', '512', '--gpu-memory-utilization', '0.8'],
  ])('carries the user’s own through, in the place of ours: %j', async (...own) => {
    const { args } = await callFor(await scene(), { arguments: own, contextLength: 1024 });
    expect(args.join(' ')).toContain(own.join(' '));
    for (const name of new Set(args.filter((word) => word.startsWith('--')))) expect(args.filter((word) => word === name)).toHaveLength(1);
  });

  it.each([['--host', '0.0.0.0'], ['--port=80'], ['--api_key', 'x'], ['--served-model-name', 'x'], ['--headless']])('refuses %s', async (...own) => {
    const given = await scene();
    await expect(given.engine.start({ ...given.request, arguments: own }, {})).rejects.toMatchObject({ code: 'E_USAGE' });
    await expect(given.call()).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('what goes wrong', () => {
  it('is told with its last words, and leaves nothing behind', async () => {
    const given = await scene({ STAND_IN_FAULT: 'config' });
    await expect(given.engine.start(given.request, {})).rejects.toMatchObject({
      code: 'E_ENGINE',
      message: 'vLLM could not start. It ended with code 1. It said: ValueError: Model architectures [’X’] are not supported?[31m',
      details: { output: expect.arrayContaining(['Loading…']) },
    });
    const { pid, worker } = await given.call();
    expect(await leftOver([pid, worker], 1000)).toEqual([]);
  });

  it('may be that ilab itself is killed', async () => {
    const given = await scene();
    const owner = spawn(process.execPath, ['--conditions=@ilab/source', fileURLToPath(new URL('owner.ts', import.meta.url)), given.folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(owner.stdout, 'data');
    const { pid, worker } = await given.call();
    expect(await leftOver([pid, worker], 0)).toEqual([pid, worker]);
    owner.kill('SIGKILL');
    expect(await leftOver([pid, worker], 2000)).toEqual([]);
  });

  it('may be memory', async () => {
    const given = await scene({ STAND_IN_FAULT: 'memory' });
    await expect(given.engine.start(given.request, {})).rejects.toMatchObject({ code: 'E_NO_MEMORY', message: expect.stringContaining('CUDA out of memory') });
  });

  it('may be that it does not end by itself', async () => {
    const given = await scene({ STAND_IN_FAULT: 'stubborn' });
    const session = await given.engine.start(given.request, {});
    const { pid, worker } = await given.call();
    await session.end();
    expect(await session.ended).toEqual({ asked: true, because: 'It was killed by SIGKILL.' });
    expect(await leftOver([pid, worker], 1000)).toEqual([]);
  });

  it('may be that it takes long, and nobody waits any more', async () => {
    const given = await scene({ STAND_IN_FAULT: 'slow' });
    await expect(given.engine.start(given.request, { signal: AbortSignal.timeout(1500) })).rejects.toMatchObject({ name: 'TimeoutError' });
    const { pid, worker } = await given.call();
    expect(await leftOver([pid, worker], 1000)).toEqual([]);
  });
});

describe('where it runs', () => {
  const context = testEngineContext({ env: { PATH: '/nowhere' }, data: '/' });

  it('is Linux, with the program on the PATH', async () => {
    const { engine, request, folder } = await scene();
    expect(await engine.fit(request, {})).toEqual({ fits: true, because: `It is ${join(folder, 'bin', 'vllm')}.` });
    expect(await createVllm(context, 'linux').fit(request, {})).toMatchObject({ fits: false, hint: expect.stringContaining('vllm') });
    expect(await createVllm(context, 'darwin').fit(request, {})).toMatchObject({ fits: false, because: expect.stringContaining('Linux') });
    await expect(createVllm(context, 'linux').start(request, {})).rejects.toMatchObject({ code: 'E_PLUGIN_MISSING' });
  });
});
