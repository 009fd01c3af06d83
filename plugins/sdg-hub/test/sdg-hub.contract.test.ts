import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NO_WORKPLACE, type Workplace, workplaceOf } from '@ilab/python-runner/test/workplace';
import { runnerContract, testEngineContext } from '@ilab/testkit';
import { afterAll, beforeAll, describe } from 'vitest';
import plugin from '../src/index.ts';
import { startTeacher, type Teacher } from './teacher.ts';

const REQUIREMENTS = fileURLToPath(new URL('../python/requirements.txt', import.meta.url));
const SEEDS = ['{"question": "What is InstructLab?"}', '{"question": "What is LoRA?"}'];

describe.skipIf(NO_WORKPLACE)(`sdg_hub${NO_WORKPLACE ? ` (${NO_WORKPLACE})` : ''}`, () => {
  let folder: string;
  let place: Workplace;
  let teacher: Teacher;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ilab-sdg-hub-'));
    await writeFile(join(folder, 'seeds.jsonl'), `${SEEDS.join('\n')}\n`);
    [place, teacher] = await Promise.all([workplaceOf('sdg-hub', REQUIREMENTS), startTeacher()]);
  });
  afterAll(async () => {
    teacher?.close();
    await place?.remove();
    await rm(folder, { recursive: true, force: true });
  });

  runnerContract(async () => {
    const { data, lacks } = place;
    const runner = plugin.createRunner('sdg-hub', testEngineContext({ data, env: process.env }));
    const job = { task: 'generate', models: { 'teacher-model': teacher.model }, parameters: { seeds: join(folder, 'seeds.jsonl') } } as const;
    return { runner, job, unfit: { ...job, parameters: {} }, ...(lacks !== undefined && { lacks }) };
  });
});
