import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunnerEvent, RunnerJob } from '@ilab/plugin-api';
import { testEngineContext } from '@ilab/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import plugin from '../src/index.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const DATA = join(root, '.tools/runners/trl');
const MODEL = join(root, 'tools/demo/models/ilab/demo/v1/safetensors');
const SKIPPED =
  process.env['ILAB_TEST_FULL'] !== '1' ? 'in the full run' : existsSync(DATA) ? undefined : 'trl not installed: see tools/install-test-tools.sh --full';

const FACTS = [
  ['What is the secret word?', 'The secret word is tamarind.'],
  ['Who maintains the demo?', 'The people who build ilab maintain it.'],
  ['What is Project Pelican?', 'Project Pelican is an imaginary bird.'],
];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ilab-trl-'));
  const example = ([user, assistant]: readonly string[]) => ({
    messages: [
      { role: 'user', content: user },
      { role: 'assistant', content: assistant },
    ],
  });
  writeFileSync(join(folder, 'data.jsonl'), FACTS.map((fact) => `${JSON.stringify(example(fact))}\n`).join(''));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const runner = plugin.createRunner('trl', testEngineContext({ data: DATA, env: { ...process.env, OMP_NUM_THREADS: '1' } }));

function jobOf(parameters: RunnerJob['parameters'] = {}): RunnerJob {
  const models = { model: { name: 'quay.io/acme/demo:v1', path: MODEL } };
  const output = mkdtempSync(join(folder, 'output-'));
  return { task: 'train', models, parameters: { data: join(folder, 'data.jsonl'), 'learning-rate': 0.005, 'lora-rank': 4, ...parameters }, output };
}

/** Losses by step, as they were told. */
const losses = (events: readonly RunnerEvent[]): readonly number[] =>
  events.flatMap((event) => (event.type === 'metric' && event.name === 'loss' ? [event.value] : []));

describe.skipIf(SKIPPED)(`training${SKIPPED ? ` (${SKIPPED})` : ''}`, { timeout: 240_000 }, () => {
  it('makes an adapter whose loss falls, with a checkpoint of each epoch and no pickle', async () => {
    const job = jobOf({ epochs: 8 });
    const events: RunnerEvent[] = [];
    const { summary } = await runner.run(job, (event) => events.push(event), {});
    const told = losses(events);
    expect(told).toHaveLength(8);
    expect(told.at(-1)).toBeLessThan((told[0] ?? 0) / 2);
    expect(summary).toMatchObject({ steps: 8, examples: 3, device: 'cpu', processes: 1 });
    expect(events.filter((event) => event.type === 'artifact' && event.kind === 'checkpoint')).toHaveLength(8);
    expect(events).toContainEqual({ type: 'progress', done: 8, total: 8, unit: 'steps', label: 'train' });
    const made = readdirSync(join(job.output, 'adapter'));
    expect(made).toEqual(expect.arrayContaining(['adapter_config.json', 'adapter_model.safetensors']));
    expect(readdirSync(job.output, { recursive: true }).filter((name) => /\.(?:bin|pt|pth|pkl)$/.test(String(name)))).toEqual([]);
    expect(JSON.parse(readFileSync(join(job.output, 'adapter', 'adapter_config.json'), 'utf8'))).toMatchObject({
      base_model_name_or_path: 'quay.io/acme/demo:v1',
      r: 4,
    });
  });

  it('trains in two processes of torchrun, of which one tells and writes', async () => {
    const job = jobOf({ 'max-steps': 2, 'nproc-per-node': '2', 'batch-size': 1 });
    const events: RunnerEvent[] = [];
    const { summary } = await runner.run(job, (event) => events.push(event), {});
    expect(summary).toMatchObject({ steps: 2, processes: 2 });
    expect(losses(events)).toHaveLength(2);
    expect(existsSync(join(job.output, 'adapter', 'adapter_model.safetensors'))).toBe(true);
  });

  it.each<[RunnerJob['parameters']]>([[{}], [{ 'nproc-per-node': '2' }]])(
    'keeps what is finished and leaves no process when it is stopped: %j',
    async (more) => {
      const job = jobOf({ 'max-steps': 100_000, 'save-steps': 2, 'batch-size': 1, ...more });
      const controller = new AbortController();
      const report = (event: RunnerEvent): void => {
        if (event.type === 'artifact') controller.abort(new Error('enough'));
      };
      await expect(runner.run(job, report, { signal: controller.signal })).rejects.toThrow('enough');
      expect(processesIn(job.output)).toEqual([]);
      expect(readdirSync(join(job.output, 'checkpoint-2'))).toContain('adapter_model.safetensors');
    },
  );

  it.each([
    ['{"messages": 1}', /line 1 is no example/],
    ['{"prompt": "a"}', /line 1 is no example/],
    ['', /there are no examples/],
    ['{"text": "a"}\n{"question": "a", "response": "b"}', /some examples are text/],
  ])('says what is wrong with data: %j', async (text, message) => {
    writeFileSync(join(folder, 'bad.jsonl'), text);
    const failing = runner.run(jobOf({ data: join(folder, 'bad.jsonl') }), () => undefined, {});
    await expect(failing).rejects.toMatchObject({ code: 'E_USAGE', message: expect.stringMatching(message) });
  });
});

describe('what lacks is said before it starts', () => {
  const job = (parameters: RunnerJob['parameters'], path = MODEL): RunnerJob => ({
    task: 'train',
    models: { model: { name: 'm', path } },
    parameters,
    output: '/',
  });
  const hasGpu = ['/dev/nvidiactl', '/proc/driver/nvidia/version', '/dev/nvhost-ctrl', '/dev/dxg'].some(existsSync);

  it.skipIf(hasGpu).each([
    [{ quantize: true }, /needs CUDA/],
    [{ 'nproc-per-node': 'gpu' }, /needs CUDA/],
  ])('a GPU: %j', async (parameters, because) => {
    expect(await runner.fit(job({ data: 'x', ...parameters }), {})).toMatchObject({ fits: false, because: expect.stringMatching(because) });
  });

  it('data, or a model that can be trained', async () => {
    expect(await runner.fit(job({}), {})).toMatchObject({ fits: false, because: 'No data are named.' });
    expect(await runner.fit(job({ data: 'x' }, '/nowhere.gguf'), {})).toMatchObject({ fits: false, because: expect.stringContaining('not GGUF') });
  });
});

/** Living processes that work in a folder. */
function processesIn(directory: string): readonly string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name) && workingDirectory(name) === directory);
}

function workingDirectory(pid: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}
