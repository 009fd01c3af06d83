import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NO_WORKPLACE, type Workplace, workplaceOf } from '@ilab/python-runner/test/workplace';
import { runnerContract, testEngineContext } from '@ilab/testkit';
import { afterAll, beforeAll, describe } from 'vitest';
import plugin from '../src/index.ts';
import { HEADERS, type StandIn, standIn } from './stand-in.ts';

const REQUIREMENTS = fileURLToPath(new URL('../python/requirements.txt', import.meta.url));
const ITEM = { question: 'Which is first?', choices: ['alpha', 'beta'], answer: 0 };

describe.skipIf(NO_WORKPLACE)(`the harness${NO_WORKPLACE ? ` (${NO_WORKPLACE})` : ''}`, () => {
  let tasks: string;
  let place: Workplace;
  let model: StandIn;
  beforeAll(async () => {
    tasks = await mkdtemp(join(tmpdir(), 'ilab-lm-eval-'));
    await cp(fileURLToPath(new URL('./tasks', import.meta.url)), tasks, { recursive: true });
    await writeFile(join(tasks, 'facts.jsonl'), `${JSON.stringify(ITEM)}\n`);
    [place, model] = await Promise.all([workplaceOf('lm-eval', REQUIREMENTS), standIn()]);
  });
  afterAll(async () => {
    model?.close();
    await place?.remove();
    await rm(tasks, { recursive: true, force: true });
  });

  runnerContract(async () => {
    const { data, lacks } = place;
    const runner = plugin.createRunner('lm-eval', testEngineContext({ data, env: process.env }));
    const models = { model: { name: 'm', endpoint: { url: model.url, model: 'm', headers: HEADERS } } };
    const job = { task: 'evaluate', models, parameters: { tasks: ['ilab_facts'], 'tasks-dir': tasks, offline: true } } as const;
    return { runner, job, unfit: { ...job, models: {} }, ...(lacks !== undefined && { lacks }) };
  });
});
