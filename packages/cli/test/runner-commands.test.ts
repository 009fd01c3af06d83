import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunnerModel } from '@ilab/sdk';
import { createOldWorld, type OldWorld } from './deprecated-world.ts';
import { type Envelope, ilab, ilabJson } from './in-process.ts';
import { addCoach } from './runner-world.ts';

let world: OldWorld;
let root: string;
let env: Readonly<Record<string, string>>;
beforeAll(async () => {
  world = await createOldWorld();
  // What `reset` takes away is made once.
  env = { ...world.env, XDG_DATA_HOME: join(world.env['HOME'] ?? '', 'data') };
  root = await addCoach(world.env['HOME'] ?? '', call);
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.reset();
  rmSync(join(root, 'dist', 'said'), { force: true });
});

const call = (...args: string[]): Promise<Envelope> => ilabJson(args, env);
const said = (): string => readFileSync(join(root, 'dist', 'said'), 'utf8');

type RunnerJob = { readonly task: string; readonly parameters: unknown; readonly output: string; readonly models: Readonly<Record<string, RunnerModel>> };
type Done = { readonly runner: string; readonly path: string; readonly summary: unknown; readonly artifacts: unknown };

async function done(...args: string[]): Promise<Done & { readonly job: RunnerJob }> {
  const { ok, result, error } = await call(...args);
  expect(ok, JSON.stringify(error)).toBe(true);
  const made = result as Done;
  return { ...made, job: JSON.parse(readFileSync(join(made.path, 'job.json'), 'utf8')) as RunnerJob };
}

describe('ilab model evaluate', () => {
  it('starts the model and the one to compare with, hands them over, and ends them', async () => {
    const { runner, path, job, summary } = await done('model', 'evaluate', '--model', 'acme/a', '--base-model', world.model, '--task', 'facts', '--limit', '3');
    expect(runner).toBe('coach');
    expect(path).toMatch(/instructlab\/evaluations\/a\S*-\d{8}-\d{6}(?:-\d+)?$/);
    const endpoint = { url: 'http://127.0.0.1:9/v1', headers: { authorization: 'Bearer k' }, contextLength: 512 };
    expect(job).toMatchObject({ task: 'evaluate', parameters: { tasks: ['facts'], limit: 3 }, output: path });
    expect(job.models).toEqual({
      model: { name: expect.stringContaining('acme/a'), endpoint: { ...endpoint, model: expect.stringContaining('acme/a') } },
      'base-model': { name: world.model, endpoint: { ...endpoint, model: world.model } },
    });
    expect(summary).toMatchObject({ scores: { facts: { acc: 0.75 } } });
    expect(said().trim().split('\n').slice(2)).toEqual(['ended', 'ended']);
  });

  it('takes a benchmark as a task, and tells scores in a table', async () => {
    expect((await done('model', 'evaluate', '--model', world.model, '--benchmark', 'mmlu')).job.parameters).toEqual({ tasks: ['mmlu'] });
    const { stdout, stderr } = await ilab(['model', 'evaluate', '--model', world.model, '--task', 'facts'], env);
    expect(stderr).toMatch(/^facts +acc +0\.7500$/m);
    expect(stderr).toMatch(/^facts +base +acc +0\.5000$/m);
    expect(stderr).toContain('evaluate: 1 of 1 steps');
    expect(stdout).toMatch(/^\S+evaluations\S+\n$/);
  });

  it('does not pretend to know InstructLab’s other benchmarks', async () => {
    const { error } = await call('model', 'evaluate', '--model', world.model, '--benchmark', 'mt_bench', '--judge-model', world.model);
    expect(error).toMatchObject({
      code: 'E_PLUGIN_MISSING',
      details: { would: { command: 'model evaluate', models: { 'judge-model': { path: world.model } } } },
    });
    const both = await call('model', 'evaluate', '--model', world.model, '--benchmark', 'mmlu', '--task', 'facts');
    expect(both.error).toMatchObject({ code: 'E_USAGE' });
  });
});

describe('ilab data generate', () => {
  it('starts the teacher, and passes on what was said', async () => {
    const seeds = join(world.folder, 'seeds.jsonl');
    writeFileSync(seeds, '{"question": "?"}');
    const words = ['--teacher-model-id', 'acme/b', '--seeds', seeds, '--flow', 'answers', '--temperature', '0', '--max-tokens', '9'];
    const { path, job } = await done('data', 'generate', ...words);
    expect(path).toContain('/instructlab/datasets/');
    expect(job.parameters).toEqual({ seeds, flow: 'answers', temperature: 0, 'max-tokens': 9 });
    expect(Object.keys(job.models)).toEqual(['teacher-model']);
    expect(said()).toMatch(/^started \S+acme\/b\S*\nended\n$/);
  });
});

describe('ilab model train', () => {
  it('hands over the model as it lies here, and tracks what was made of it', async () => {
    const words = ['--epochs', '2', '--learning-rate', '2e-4', '--nnodes', '2', '--node-rank', '1', '--rdzv-endpoint', 'trainer-0:29500'];
    const { path, job, artifacts } = await done('model', 'train', '--model', world.model, '--data', world.folder, ...words);
    expect(job.models).toEqual({ model: { name: world.model, path: world.model } });
    expect(job.parameters).toEqual({
      ...{ data: world.folder, epochs: 2, 'learning-rate': 0.0002 },
      ...{ nnodes: '2', 'node-rank': 1, 'rdzv-endpoint': 'trainer-0:29500' },
    });
    expect(artifacts).toEqual([{ kind: 'adapter', path: 'adapter', step: 7 }]);
    const { checkpoints } = (await call('model', 'list', '--checkpoints')).result as { checkpoints: readonly { path: string }[] };
    expect(checkpoints.find((one) => one.path === join(path, 'adapter'))).toMatchObject({ parent: world.model, version: 'step 7' });
    expect((await ilab(['model', 'list', '--checkpoints'], env)).stdout).toMatch(/PARENT/);
  });

  it('puts it where it is told to, also by the old word', async () => {
    const { path } = await done('model', 'train', '--model', world.model, '--data', world.folder, '--ckpt-output-dir', world.store);
    expect(path.startsWith(`${world.store}/model-`)).toBe(true);
  });

  it('says before it starts what lacks, and what broke', async () => {
    const words = ['model', 'train', '--model', world.model, '--data', world.folder];
    expect((await call(...words, '--quantize', '--destination', world.store)).error).toMatchObject({
      code: 'E_ENGINE',
      hint: 'Leave out --quantize.',
      message: expect.stringContaining('There is no GPU.'),
    });
    expect((await call(...words, '--epochs', 'many')).error).toMatchObject({ code: 'E_USAGE' });
    expect((await call(...words, '--runner', 'nobody')).error).toMatchObject({ code: 'E_PLUGIN_MISSING' });
    expect(existsSync(world.store) ? readdirSync(world.store) : []).toEqual([]);
    expect((await call(...words, '--seed', '13', '--destination', world.store)).ok).toBe(false);
    const [left = ''] = readdirSync(world.store);
    expect(readdirSync(join(world.store, left, 'adapter'))).toContain('.metadata');
  });
});
