import { beforeEach, describe, expect, it } from 'vitest';
import {
  type Artifact,
  type EngineFit,
  type JobDone,
  type Origin,
  type Origins,
  type Runner,
  type RunnerDescription,
  type RunnerEvent,
  type RunnerJob,
  runJob,
  type RunJobRequest,
} from '../../src/index.ts';
import { commit, createFakes, download, type Fakes, hold, remoteSnapshot, STORE } from '../fakes/index.ts';

const MAIN = 'huggingface.co/org/granite:main';
const ARTIFACTS: readonly Artifact[] = [
  { kind: 'checkpoint', path: 'checkpoint-3', step: 3 },
  { kind: 'report', path: 'report.json' },
  { kind: 'adapter', path: 'adapter' },
];
const EVENT: RunnerEvent = { type: 'log', line: 'step' };

let fakes: Fakes;
let jobs: RunnerJob[];
let leased: (readonly string[])[];
let fit: EngineFit;
let noted: (readonly [string, Origin])[];
beforeEach(async () => {
  fakes = createFakes();
  jobs = [];
  leased = [];
  noted = [];
  fit = { fits: true, because: 'It is there.' };
  hold(fakes, { [MAIN]: remoteSnapshot({ repository: 'org/granite', files: { 'm.gguf': 'weights' } }) });
  await download(fakes, 'org/granite');
});

const installed: readonly RunnerDescription[] = [
  { name: 'trl', tasks: ['train'] },
  { name: 'lm-eval', tasks: ['evaluate'] },
];

function run(request: Partial<RunJobRequest>, report: (event: RunnerEvent) => void = () => undefined): Promise<JobDone> {
  const runner = (name: string): Runner => ({
    name,
    tasks: [],
    fit: () => Promise.resolve(fit),
    async run(job, tell) {
      jobs.push(job);
      leased.push([...fakes.state.inUse]);
      tell(EVENT);
      for (const artifact of ARTIFACTS.slice(0, (job.parameters['artifacts'] as number | undefined) ?? 0)) tell({ type: 'artifact', ...artifact });
      if (job.parameters['fail'] === true) throw new Error('failed');
      return { summary: { loss: 1 } };
    },
  });
  const origins: Origins = {
    note: async (directory, origin) => void noted.push([directory, origin]),
  };
  const runners = { installed, installable: [{ name: 'sdg-hub', tasks: ['generate' as const] }], open: (name: string) => Promise.resolve(runner(name)) };
  return runJob(
    { ...fakes.deps, runners, origins },
    { task: 'train', models: { model: 'org/granite' }, parameters: {}, output: '/out', ...request },
    report,
    {},
  );
}

describe('runJob', () => {
  it('hands models by role, leased while it works, and tells what is told', async () => {
    const told: RunnerEvent[] = [];
    const endpoint = { name: 'judge', endpoint: { url: 'http://127.0.0.1:1/v1', model: 'judge', headers: {} } };
    const done = await run({ models: { model: 'org/granite', 'judge-model': endpoint }, parameters: { steps: 3 } }, (event) => told.push(event));
    const model = { name: MAIN, path: `${STORE}/huggingface.co/org/granite/@${commit('a')}/m.gguf` };
    expect(jobs).toEqual([{ task: 'train', models: { model: model, 'judge-model': endpoint }, parameters: { steps: 3 }, output: '/out' }]);
    expect(done).toEqual({ summary: { loss: 1 }, runner: 'trl', models: jobs[0]?.models, artifacts: [] });
    expect(told).toEqual([EVENT]);
    expect(leased).toEqual([[commit('a')]]);
    expect([...fakes.state.inUse]).toEqual([]);
  });

  it('notes what checkpoints and adapters were made of, also when it fails in the end', async () => {
    const origin = { parent: MAIN, revision: commit('a'), by: 'trl' };
    const done = await run({ parameters: { artifacts: 3 } });
    expect(done.artifacts).toEqual(ARTIFACTS);
    expect(noted).toEqual([
      ['/out/checkpoint-3', { ...origin, step: 3 }],
      ['/out/adapter', origin],
    ]);
    await expect(run({ parameters: { artifacts: 1, fail: true } })).rejects.toThrow('failed');
    expect(noted[2]).toEqual(['/out/checkpoint-3', { ...origin, step: 3 }]);
  });

  it('leaves no lease when it fails', async () => {
    await expect(run({ parameters: { fail: true } })).rejects.toThrow('failed');
    expect([...fakes.state.inUse]).toEqual([]);
  });

  it('says before it starts why it can’t be done here', async () => {
    fit = { fits: false, because: 'There is no GPU.', hint: 'Take another machine.' };
    await expect(run({})).rejects.toMatchObject({ code: 'E_ENGINE', message: expect.stringContaining('There is no GPU.'), hint: 'Take another machine.' });
    expect(jobs).toEqual([]);
  });

  it('takes the runner of the task, or the one that was asked for', async () => {
    expect((await run({ task: 'evaluate' })).runner).toBe('lm-eval');
    expect((await run({ runner: 'trl' })).runner).toBe('trl');
    await expect(run({ runner: 'lm-eval' })).rejects.toMatchObject({ code: 'E_USAGE' });
    await expect(run({ task: 'generate' })).rejects.toMatchObject({ code: 'E_PLUGIN_MISSING', hint: 'Install one: ilab runner install sdg-hub' });
    await expect(run({ task: 'ingest' })).rejects.toMatchObject({ code: 'E_PLUGIN_MISSING', hint: 'See: ilab runner list' });
  });
});
