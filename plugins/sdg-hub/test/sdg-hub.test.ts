import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunnerEvent, RunnerJob } from '@ilab/plugin-api';
import { testEngineContext } from '@ilab/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import plugin from '../src/index.ts';
import { startTeacher, type Teacher } from './teacher.ts';

const DATA = fileURLToPath(new URL('../../../.tools/runners/sdg-hub', import.meta.url));
const SKIPPED =
  process.env['ILAB_TEST_FULL'] !== '1' ? 'in the full run' : existsSync(DATA) ? undefined : 'sdg-hub not installed: see tools/install-test-tools.sh --full';
const QUESTIONS = ['What is InstructLab?', 'What is LoRA?', 'What is GGUF?'];

let root: string;
let teacher: Teacher;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'ilab-sdg-hub-'));
  teacher = await startTeacher();
});
afterAll(() => {
  teacher.close();
  rmSync(root, { recursive: true, force: true });
});

const runner = plugin.createRunner('sdg-hub', testEngineContext({ data: DATA, env: process.env }));

function jobOf(seeds: string, text: string): RunnerJob {
  writeFileSync(join(root, seeds), text);
  const models = { 'teacher-model': teacher.model };
  return { task: 'generate', models, parameters: { seeds: join(root, seeds) }, output: mkdtempSync(join(root, 'output-')) };
}

const lines = (job: RunnerJob, name: string): readonly unknown[] =>
  readFileSync(join(job.output, name), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

describe.skipIf(SKIPPED)(`sdg_hub${SKIPPED ? ` (${SKIPPED})` : ''}`, { timeout: 240_000 }, () => {
  it('makes a file of what the teacher answered to three seeds', async () => {
    const job = jobOf('seeds.jsonl', QUESTIONS.map((question) => `${JSON.stringify({ question })}\n`).join(''));
    const events: RunnerEvent[] = [];
    expect(await runner.fit(job, {})).toMatchObject({ fits: true });
    expect((await runner.run(job, (event) => events.push(event), {})).summary).toEqual({ seeds: 3, rows: 3, conversations: 3 });
    expect(lines(job, 'messages.jsonl')).toEqual(
      QUESTIONS.map((content) => ({
        messages: [
          { role: 'user', content },
          { role: 'assistant', content: `An answer to: ${content}` },
        ],
      })),
    );
    expect(lines(job, 'generated.jsonl')).toEqual(QUESTIONS.map((question) => ({ question, response: `An answer to: ${question}` })));
    expect(events).toContainEqual({ type: 'progress', done: 4, total: 4, unit: 'blocks', label: 'name' });
    expect(events.filter(({ type }) => type === 'artifact')).toHaveLength(2);
  });

  it('reads the qna.yaml of a taxonomy', async () => {
    const qna = `version: 3\ndomain: tools\ndocument_outline: about\nseed_examples:\n- context: text\n  questions_and_answers:\n${QUESTIONS.map((question) => `  - {question: "${question}", answer: "x"}\n`).join('')}`;
    const job = jobOf('qna.yaml', qna);
    expect((await runner.run(job, () => undefined, {})).summary).toMatchObject({ seeds: 3, conversations: 3 });
    expect(lines(job, 'generated.jsonl')[0]).toMatchObject({ domain: 'tools', icl_query_3: QUESTIONS[2], document: 'text' });
  });

  it.each([
    ['bad.jsonl', '{"question": 1', {}, /seeds can't be read/],
    ['bad.yaml', 'a: 1', {}, /no qna\.yaml/],
    ['none.json', '[]', {}, /no list of objects/],
    ['other.jsonl', '{"text": "x"}', {}, /needs columns that the seeds lack: question/],
    ['flow.jsonl', '{"question": "x"}', { flow: 'no such flow' }, /there is no flow/],
  ])('says what is wrong with %s', async (name, text, parameters, message) => {
    const job = jobOf(name, text);
    const failing = runner.run({ ...job, parameters: { ...job.parameters, ...parameters } }, () => undefined, {});
    await expect(failing).rejects.toMatchObject({ code: 'E_USAGE', message: expect.stringMatching(message) });
  });
});

it('says what lacks before it starts', async () => {
  const job = jobOf('seeds.jsonl', '{}');
  expect(await runner.fit({ ...job, models: {} }, {})).toMatchObject({ fits: false, because: 'The teacher is not at an endpoint.' });
  expect(await runner.fit({ ...job, parameters: {} }, {})).toMatchObject({ fits: false, because: 'No seed examples are named.' });
});
