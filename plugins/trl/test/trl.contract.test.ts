import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NO_WORKPLACE, type Workplace, workplaceOf } from '@ilab/python-runner/test/workplace';
import { runnerContract, testEngineContext } from '@ilab/testkit';
import { afterAll, beforeAll, describe } from 'vitest';
import plugin from '../src/index.ts';

const REQUIREMENTS = fileURLToPath(new URL('../python/requirements.txt', import.meta.url));
const MODEL = fileURLToPath(new URL('../../../tools/demo/models/ilab/demo/v1/safetensors', import.meta.url));

describe.skipIf(NO_WORKPLACE)(`training${NO_WORKPLACE ? ` (${NO_WORKPLACE})` : ''}`, () => {
  let folder: string;
  let place: Workplace;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ilab-trl-'));
    await writeFile(join(folder, 'data.jsonl'), '{"question": "What is the secret word?", "response": "The secret word is tamarind."}\n');
    place = await workplaceOf('trl', REQUIREMENTS);
  });
  afterAll(async () => {
    await place?.remove();
    await rm(folder, { recursive: true, force: true });
  });

  runnerContract(async () => {
    const { data, lacks } = place;
    const runner = plugin.createRunner('trl', testEngineContext({ data, env: { ...process.env, OMP_NUM_THREADS: '1' } }));
    const parameters = { data: join(folder, 'data.jsonl'), 'max-steps': 1, 'lora-rank': 4 };
    const job = { task: 'train', models: { model: { name: 'quay.io/acme/demo:v1', path: MODEL } }, parameters } as const;
    return { runner, job, unfit: { ...job, models: {} }, ...(lacks !== undefined && { lacks }) };
  });
});
