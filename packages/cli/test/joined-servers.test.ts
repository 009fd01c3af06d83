import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createIlab, type Ilab, type RunnerModel } from '@ilab/sdk';
import { startEndpoint, type TestEndpoint } from '@ilab/testkit/endpoint';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createOldWorld, type OldWorld } from './deprecated-world.ts';
import { ilab, ilabJson } from './in-process.ts';
import { addCoach } from './runner-world.ts';

const KEY = 'a-key-of-this-test';
let world: OldWorld;
let root: string;
let env: Readonly<Record<string, string>>;
let library: Ilab;
beforeAll(async () => {
  world = await createOldWorld();
  env = { ...world.env, XDG_DATA_HOME: join(world.env['HOME'] ?? '', 'data'), ILAB_API_KEY: KEY };
  root = await addCoach(world.env['HOME'] ?? '', (...args) => ilabJson(args, env));
  library = await createIlab({ env, home: world.env['HOME'] ?? '' });
});
afterAll(async () => {
  await library?.close();
  await world?.close();
});
beforeEach(async () => {
  await world.reset();
  rmSync(join(root, 'dist', 'said'), { force: true });
});

/** A server with a key that has these models, announced as `ilab model serve` announces it; the process that has it is this one. */
async function serve(names: readonly string[], key = KEY): Promise<TestEndpoint> {
  const endpoint = await startEndpoint({ names, key, contextLength: 777 });
  const models = names.map((name) => ({ names: [name], paths: [name] }));
  const announced = await library.servers.announce({ url: endpoint.url.replace('/v1', ''), since: new Date().toISOString(), needsKey: true, models });
  onTestFinished(async () => {
    await announced.end();
    await endpoint.close();
  });
  return endpoint;
}

const started = (): string => {
  try {
    return readFileSync(join(root, 'dist', 'said'), 'utf8');
  } catch {
    return '';
  }
};

async function work(...args: readonly string[]): Promise<{ readonly models: Readonly<Record<string, RunnerModel>>; readonly stderr: string }> {
  const { code, stdout, stderr } = await ilab(args, env);
  expect(code, stderr).toBe(0);
  const { models } = JSON.parse(readFileSync(join(stdout.trim(), 'job.json'), 'utf8')) as { readonly models: Readonly<Record<string, RunnerModel>> };
  return { models, stderr };
}

describe('a server that runs', () => {
  const evaluate = (...more: readonly string[]) => work('model', 'evaluate', '--task', 'facts', ...more);
  const generate = (...more: readonly string[]) => work('data', 'generate', '--seeds', join(world.folder, 'seeds.jsonl'), ...more);

  it('is asked by a runner for exactly what was found, and that is not started again', async () => {
    const { url } = await serve([world.model]);
    const { models, stderr } = await evaluate('--model', world.model, '--base-model', 'acme/a');
    expect(stderr).toContain(`Using ${world.model}, which is served at ${url.replace('/v1', '')}`);
    const headers = { authorization: `Bearer ${KEY}` };
    expect(models['model']).toEqual({ name: world.model, endpoint: { url, model: world.model, headers, contextLength: 777 } });
    expect(models['base-model']?.endpoint?.url).toBe('http://127.0.0.1:9/v1');
    expect(started()).toMatch(/^started \S+acme\/a\S*\nended\n$/);
  });

  it('is asked where nobody has chosen a model, or its address was typed', async () => {
    const { url } = await serve([world.model]);
    expect((await generate()).models['teacher-model']).toMatchObject({ name: world.model, endpoint: { url } });
    expect((await generate('--endpoint-url', url, '--model', world.model)).models['teacher-model']).toMatchObject({ endpoint: { url, model: world.model } });
    expect(started()).toBe('');
  });

  it('is left alone by --backend', async () => {
    await serve([world.model]);
    const { models, stderr } = await evaluate('--model', world.model, '--backend', 'bench');
    expect(stderr).not.toContain('which is served at');
    expect(models['model']?.endpoint?.url).toBe('http://127.0.0.1:9/v1');
  });

  it('that lets nobody in is said to be so, and the model started', async () => {
    await serve([world.model], 'another-key-of-this-test');
    const { models, stderr } = await evaluate('--model', world.model);
    expect(stderr).toContain('is not used: it wants its key');
    expect(models['model']?.endpoint?.url).toBe('http://127.0.0.1:9/v1');
  });

  it('answers both models of a comparison', async () => {
    await serve([world.model, world.adapter]);
    const words = ['model', 'test', '--prompt', 'hello', '--json'];
    const both = await ilabJson([...words, '--model', world.model, '--base-model', world.model], env);
    expect(both.result).toEqual({ models: [world.model, world.model], prompts: [{ prompt: 'hello', answers: ['It is a test.', 'It is a test.'] }] });
    expect(await ilabJson([...words, '--base-model', world.model], env)).toMatchObject({ ok: true, result: { models: [world.model, world.model] } });
    expect(started()).toBe('');
  });

  it('does not hide that there is nothing to compare', async () => {
    await serve([world.model]);
    expect((await ilabJson(['model', 'test', '--prompt', 'hello', '--model', world.model], env)).error).toMatchObject({ code: 'E_USAGE' });
  });
});
