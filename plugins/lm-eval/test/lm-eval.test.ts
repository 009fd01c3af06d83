import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunnerEvent, RunnerJob } from '@ilab/plugin-api';
import { testEngineContext } from '@ilab/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import plugin from '../src/index.ts';
import { HEADERS, logProbability, standIn } from './stand-in.ts';

const DATA = fileURLToPath(new URL('../../../.tools/runners/lm-eval', import.meta.url));
const SKIPPED =
  process.env['ILAB_TEST_FULL'] !== '1' ? 'in the full run' : existsSync(DATA) ? undefined : 'lm-eval not installed: see tools/install-test-tools.sh --full';

const ITEMS = Array.from({ length: 20 }, (_, index) => ({
  question: `Question ${index}?`,
  choices: ['alpha', 'beta', 'gamma delta'],
  answer: index % 3,
}));

let root: string;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'ilab-lm-eval-'));
  await cp(fileURLToPath(new URL('./tasks', import.meta.url)), join(root, 'tasks'), { recursive: true });
  writeFileSync(join(root, 'tasks', 'facts.jsonl'), ITEMS.map((item) => `${JSON.stringify(item)}\n`).join(''));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const runner = plugin.createRunner('lm-eval', testEngineContext({ data: DATA, env: process.env }));

function jobAt(url: string, parameters: RunnerJob['parameters'] = {}): RunnerJob {
  const endpoint = { url, model: 'm', headers: HEADERS };
  const output = mkdtempSync(join(root, 'output-'));
  return {
    task: 'evaluate',
    models: { model: { name: 'm', endpoint } },
    parameters: { tasks: ['ilab_facts'], 'tasks-dir': join(root, 'tasks'), offline: true, ...parameters },
    output,
  };
}

/** Which answer the table finds likeliest, as the harness asks: question, a blank, answer. */
function chosen({ question, choices }: (typeof ITEMS)[number]): number {
  const context = Buffer.from(question).length;
  const scores = choices.map((choice) =>
    [...Buffer.from(`${question} ${choice}`)].reduce((sum, token, place) => sum + (place < context ? 0 : logProbability(place, token)), 0),
  );
  return scores.indexOf(Math.max(...scores));
}

describe.skipIf(SKIPPED)(`the harness${SKIPPED ? ` (${SKIPPED})` : ''}`, { timeout: 240_000 }, () => {
  it('scores items as they are scored by hand, and keeps what each came to', async () => {
    const server = await standIn();
    try {
      const events: RunnerEvent[] = [];
      const job = jobAt(server.url);
      expect(await runner.fit(job, {})).toMatchObject({ fits: true });
      const { summary } = await runner.run(job, (event) => events.push(event), {});
      const right = ITEMS.filter((item) => chosen(item) === item.answer).length;
      expect(right).toBeGreaterThan(0);
      expect(right).toBeLessThan(20);
      expect(summary).toMatchObject({ scores: { ilab_facts: { acc: right / 20 } }, items: { ilab_facts: 20 } });
      expect(events).toContainEqual({ type: 'progress', done: 60, total: 60, unit: 'requests', label: 'evaluate' });
      expect(events).toContainEqual({ type: 'artifact', kind: 'report', path: 'results.json' });
      expect(readFileSync(join(job.output, 'samples-ilab_facts.jsonl'), 'utf8').trim().split('\n')).toHaveLength(20);
    } finally {
      server.close();
    }
  });

  it('takes as many items as it is told, of the model to compare with, too', async () => {
    const server = await standIn();
    try {
      const job = jobAt(server.url, { limit: 3 });
      const { summary } = await runner.run({ ...job, models: { ...job.models, 'base-model': { ...job.models['model'], name: 'b' } } }, () => undefined, {});
      expect(summary).toMatchObject({ items: { ilab_facts: 3 } });
      const { scores, items, base } = summary;
      expect(base).toEqual({ scores, items });
      expect(server.asked()).toBe(18);
    } finally {
      server.close();
    }
  });

  it('says that a task is not there', async () => {
    const server = await standIn();
    try {
      const job = jobAt(server.url, { tasks: ['no_such_task'] });
      await expect(runner.run(job, () => undefined, {})).rejects.toMatchObject({ code: 'E_USAGE', message: expect.stringContaining('no_such_task') });
    } finally {
      server.close();
    }
  });

  it('stops in the middle when it is told to', async () => {
    const server = await standIn({ hang: true });
    try {
      const controller = new AbortController();
      const stopped = runner.run(jobAt(server.url), () => server.asked() > 0 && controller.abort(new Error('enough')), { signal: controller.signal });
      const poll = setInterval(() => server.asked() > 0 && controller.abort(new Error('enough')), 100);
      await expect(stopped).rejects.toThrow('enough');
      clearInterval(poll);
    } finally {
      server.close();
    }
  });
});

it('says what lacks before it starts', async () => {
  const job = jobAt('http://127.0.0.1:1/v1');
  expect(await runner.fit({ ...job, models: { model: { name: 'm', path: '/m' } } }, {})).toMatchObject({
    fits: false,
    because: 'The model is not at an endpoint.',
  });
  expect(await runner.fit({ ...job, parameters: {} }, {})).toMatchObject({ fits: false, because: 'No task is named.' });
  await expect(runner.fit({ ...job, parameters: { task: 'x' } }, {})).rejects.toMatchObject({ code: 'E_USAGE' });
});
