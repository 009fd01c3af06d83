import { spawn } from 'node:child_process';
import type { Engine, EngineRequest, EngineSession, Runner, RunnerEvent } from '@ilab/core';
import { describe, expect, it } from 'vitest';
import { checkedEngine } from '../../src/engines/checked-engine.ts';
import { checkedRunner } from '../../src/runners/checked-runner.ts';

const request: EngineRequest = { model: { names: ['m'], path: '/m', format: 'gguf', files: [], adapters: [] } };
const never = new Promise<never>(() => undefined);
const sound: EngineSession = { endpoint: 'http://127.0.0.1:1/v1', headers: {}, ended: never, end: () => Promise.resolve() };

/** An engine of somebody who does not look at types. */
function engine(answers: { readonly fit?: unknown; readonly memory?: unknown; readonly session?: object }): Engine {
  const made: unknown = {
    name: 'odd',
    fit: async () => answers.fit,
    ...('memory' in answers && { memory: async () => answers.memory }),
    start: async () => ({ ...sound, ...answers.session }),
  };
  return checkedEngine(made as Engine, { patience: 100 });
}

describe('what an engine answers', () => {
  it.each([undefined, null, true, {}, { fits: true }, { fits: 1, because: 'x' }, { fits: false, because: 'It can’t.' }])('is no fit: %j', async (fit) => {
    await expect(engine({ fit }).fit(request, {})).rejects.toMatchObject({ code: 'E_PLUGIN_BROKEN' });
  });

  it('can steer no terminal, and has no end', async () => {
    const fit = await engine({ fit: { fits: true, because: `\u001b[2J${'x'.repeat(9999)}` } }).fit(request, {});
    expect(fit.because).toMatch(/^\?\[2Jx{1000,2000}$/);
  });

  it.each([{ weights: -1, cache: 0, rest: 0 }, { weights: Number.NaN, cache: 0, rest: 0 }, { weights: '1', cache: 0, rest: 0 }, 5])(
    'is no memory: %j',
    async (memory) => {
      await expect(engine({ memory }).memory?.(request, {})).rejects.toMatchObject({ code: 'E_PLUGIN_BROKEN' });
    },
  );

  it('may be that it can’t say', async () => {
    expect(await engine({ memory: undefined }).memory?.(request, {})).toBeUndefined();
    expect(engine({}).memory).toBeUndefined();
  });

  it.each([
    { endpoint: 'file:///etc/passwd' },
    { endpoint: 'nowhere' },
    { headers: { x: 'a\r\nhost: evil' } },
    { headers: { 'x y': 'a' } },
    { headers: { x: 1 } },
    { headers: undefined },
    { processId: -1 },
    { processId: 1.5 },
    { contextLength: 0 },
  ])('is no session, and is ended: %j', async (session) => {
    let ended = 0;
    const end = async (): Promise<void> => void ended++;
    await expect(engine({ session: { ...session, end } }).start(request, {})).rejects.toMatchObject({ code: 'E_PLUGIN_BROKEN' });
    expect(ended).toBe(1);
  });

  it('is an end in any case', async () => {
    const failed = await engine({ session: { ended: Promise.reject(new Error('no')) } }).start(request, {});
    expect(await failed.ended).toEqual({ asked: false, because: 'It does not say how.' });
    const odd = await engine({ session: { ended: Promise.resolve({ asked: 'yes', because: 'It was\u0007 so.' }) } }).start(request, {});
    expect(await odd.ended).toEqual({ asked: false, because: 'It was? so.' });
  });

  it('is ended when it does not end as it promised', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    const gone = new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
    const session = await engine({ session: { processId: child.pid, end: () => never } }).start(request, {});
    await session.end();
    expect(await gone).toBe('SIGKILL');
  });
});

describe('what a runner tells', () => {
  const job = { task: 'train', models: {}, parameters: {}, output: '/out' } as const;

  function runner(events: readonly unknown[], result: unknown): Runner {
    const made: unknown = {
      name: 'odd',
      tasks: ['train'],
      fit: async () => ({ fits: true, because: 'Yes.' }),
      run: async (_job: unknown, report: (event: unknown) => void) => {
        for (const event of events) report(event);
        return result;
      },
    };
    return checkedRunner(made as Runner);
  }

  it('is left out where it makes no sense', async () => {
    const good: readonly RunnerEvent[] = [
      { type: 'progress', done: 1, total: 2, unit: 'steps' },
      { type: 'metric', name: 'loss', value: 0.5, step: 1 },
      { type: 'log', line: 'x' },
      { type: 'artifact', kind: 'checkpoint', path: 'checkpoint-1/a' },
    ];
    const bad = [
      null,
      'log',
      { type: 'dance' },
      { type: 'progress', done: '1', unit: 'steps' },
      { type: 'metric', name: 'loss', value: Number.NaN },
      { type: 'log', line: 'x'.repeat(10_000) },
      { type: 'log', line: 'x', step: 'one' },
      { type: 'artifact', kind: 'checkpoint', path: '../up' },
      { type: 'artifact', kind: 'checkpoint', path: '/etc/passwd' },
      { type: 'artifact', kind: 'virus', path: 'a' },
    ];
    const told: RunnerEvent[] = [];
    await runner([...bad, ...good], { summary: {} }).run(job, (event) => told.push(event), {});
    expect(told).toEqual(good);
  });

  it('is a result of plain data, or none', async () => {
    const done = await runner([], { summary: { loss: 1, at: new Date(0), hidden: () => 1 } }).run(job, () => undefined, {});
    expect(done).toEqual({ summary: { loss: 1, at: '1970-01-01T00:00:00.000Z' } });
    for (const result of [undefined, null, {}, { summary: [] }, { summary: { big: 1n } }]) {
      await expect(runner([], result).run(job, () => undefined, {})).rejects.toMatchObject({ code: 'E_PLUGIN_BROKEN' });
    }
  });
});
