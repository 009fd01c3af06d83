import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Json, RunnerEvent, RunnerResult } from '@ilab/plugin-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runBridge } from '../src/bridge-process.ts';
import { jobVariables } from '../src/variables.ts';
import { leftOf, MARK, marked } from './marked-processes.ts';
import { BRIDGE, LACKS, PYTHON } from './python.ts';

let output: string;
beforeAll(() => {
  output = mkdtempSync(join(tmpdir(), 'ilab-bridge-'));
});
afterAll(() => rmSync(output, { recursive: true, force: true }));

const USER = {
  PATH: process.env['PATH'],
  HF_TOKEN: 'hf_secretsecret',
  OPENAI_API_KEY: 'secret',
  AWS_SECRET_ACCESS_KEY: 'secret',
  PYTHONPATH: '/tmp',
  https_proxy: 'http://proxy.example',
  OMP_NUM_THREADS: '1',
};

interface Ran {
  readonly events: readonly RunnerEvent[];
  readonly result: Promise<RunnerResult>;
  readonly mark: string;
}

function run(does: string, { signal, onEvent, parameters = {} }: { signal?: AbortSignal; onEvent?: () => void; parameters?: Record<string, Json> } = {}): Ran {
  const events: RunnerEvent[] = [];
  const mark = randomUUID();
  const variables = { ...jobVariables({ env: USER, environment: '/nowhere', home: output }), [MARK]: mark };
  const job = { task: 'train', models: {}, parameters: { does, ...parameters }, output } as const;
  const report = (event: RunnerEvent): void => {
    events.push(event);
    if (event.type !== 'log') onEvent?.();
  };
  return { events, mark, result: runBridge({ name: 'fixture', python: PYTHON, bridge: BRIDGE, variables, job }, report, { ...(signal && { signal }) }) };
}

describe.skipIf(LACKS)(`a bridge${LACKS ? ` (${LACKS})` : ''}`, () => {
  it('tells how it goes, in order, and what came of it; all else that is said is a log', async () => {
    const { events, result } = run('finish');
    expect(await result).toEqual({ summary: { answer: 42 } });
    expect(events.filter(({ type }) => type !== 'log')).toEqual([
      { type: 'progress', done: 1, total: 2, unit: 'steps', label: 'half' },
      { type: 'metric', name: 'loss', value: 0.5, step: 1 },
      { type: 'artifact', kind: 'report', path: 'made.txt' },
    ]);
    const logs = events.flatMap((event) => (event.type === 'log' ? [event.line] : []));
    expect(logs.sort()).toEqual(['said on standard error', 'said on standard output']);
  });

  it('is not believed what is no message, and fills no memory', async () => {
    const { events, result } = run('lie');
    expect(await result).toEqual({ summary: {} });
    expect(events.filter(({ type }) => type !== 'log')).toEqual([{ type: 'metric', name: 'true', value: 1 }]);
    expect(events.every((event) => event.type !== 'log' || event.line.length <= 4096)).toBe(true);
  });

  it.each([
    ['refuse', { code: 'E_USAGE', message: 'fixture: that can’t be.'.replace('’', "'"), hint: 'Do something else.' }],
    ['fail', { code: 'E_ENGINE', message: 'fixture: ValueError: deep inside' }],
    ['vanish', { code: 'E_ENGINE', hint: 'Its last words: the last words' }],
  ])('ends with what it says, or that it said nothing: %s', async (does, error) => {
    await expect(run(does).result).rejects.toMatchObject(error);
  });

  it('gets no token, nor the way to any other Python, and nothing of its job on its command line', async () => {
    const { summary } = await run('environment', { parameters: { secret: 'sesame' } }).result;
    expect(JSON.stringify(summary)).not.toMatch(/secret|HF_TOKEN|API_KEY|PYTHONPATH|sesame/);
    expect(summary['names']).toEqual(expect.arrayContaining(['https_proxy', 'OMP_NUM_THREADS', 'NO_PROXY', 'HF_HOME']));
    expect(summary).toMatchObject({ home: output, argv: [BRIDGE] });
  });

  it('has nobody left when it is told to stop, whatever its processes think of it', async () => {
    const controller = new AbortController();
    const { mark, result } = run('hang', { signal: controller.signal, onEvent: () => controller.abort(new Error('enough')) });
    await expect(result).rejects.toThrow('enough');
    expect(marked(mark)).toEqual([]);
  });

  it('has nobody left when it ended well', async () => {
    const { mark, result } = run('leave');
    await result;
    expect(marked(mark)).toEqual([]);
  });

  it('has nobody left when we are killed', async () => {
    const mark = randomUUID();
    const holder = spawn(process.execPath, ['--conditions=@ilab/source', HOLDER, PYTHON, BRIDGE, output, mark], { stdio: ['ignore', 'pipe', 'ignore'] });
    await saidAnything(holder);
    expect(marked(mark).length).toBeGreaterThanOrEqual(5);
    holder.kill('SIGKILL');
    expect(await leftOf(mark, 15)).toEqual([]);
  });

  it('does not start what was called off before', async () => {
    const { mark, result } = run('hang', { signal: AbortSignal.abort(new Error('never')) });
    await expect(result).rejects.toThrow('never');
    expect(marked(mark)).toEqual([]);
  });
});

const HOLDER = fileURLToPath(new URL('./fixtures/holder.ts', import.meta.url));

function saidAnything({ stdout }: ChildProcess): Promise<unknown> {
  return new Promise((resolve) => stdout?.once('data', resolve));
}
