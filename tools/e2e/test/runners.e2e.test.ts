import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createIlab, installedPlugins } from '@ilab/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRunnerWorld, DEMO_FACTS, DEMO_TASK, descendants, lackingRunners, root, running, startIlab, type Workspace } from '../src/index.ts';

const SKIPPED = lackingRunners();
const GGUF = join(root, 'tools/demo/models/ilab/demo/v1/ilab-demo-q8_0.gguf');

/** Each item: its own answer between two others. The last three say that another one's is right, so that not all can be. */
const ITEMS = DEMO_FACTS.map(([question, answer], index) => {
  const other = (by: number): string => DEMO_FACTS[(index + by) % DEMO_FACTS.length]?.[1] ?? '';
  return { question, choices: [other(7), answer, other(11)], answer: index < 17 ? 1 : 0 };
});
const prompt = (question: string): string => `<|im_start|>user\n${question}<|im_end|>\n<|im_start|>assistant\n`;

let world: Workspace;
beforeAll(async () => {
  if (SKIPPED === undefined) world = await createRunnerWorld();
});
afterAll(() => world?.remove());

async function resultOf<Result>(args: readonly string[]): Promise<Result> {
  const { stdout, stderr } = await world.ilab([...args, '--json']);
  const envelope = JSON.parse(stdout) as { ok: boolean; result: Result; error?: unknown };
  expect(envelope.ok, JSON.stringify(envelope.error ?? stderr)).toBe(true);
  return envelope.result;
}

describe.skipIf(SKIPPED)(`with the demo model${SKIPPED ? ` (${SKIPPED})` : ''}`, { timeout: 300_000 }, () => {
  it('evaluate scores 20 items as they are scored by hand', async () => {
    const tasks = join(world.home, 'tasks');
    await mkdir(tasks);
    await writeFile(join(tasks, 'demo_facts.yaml'), DEMO_TASK);
    await writeFile(join(tasks, 'facts.jsonl'), ITEMS.map((item) => `${JSON.stringify(item)}\n`).join(''));
    const args = ['model', 'evaluate', '--model', GGUF, '--task', 'demo_facts', '--tasks-dir', tasks, '--offline'];
    const done = await resultOf<{ runner: string; path: string; summary: { scores: { demo_facts: { acc: number } }; items: unknown } }>(args);
    const right = (await choicesByHand()).filter((choice, index) => choice === ITEMS[index]?.answer).length;
    expect(right).toBeGreaterThan(10);
    expect(done).toMatchObject({ runner: 'lm-eval', summary: { scores: { demo_facts: { acc: right / 20 } }, items: { demo_facts: 20 } } });
    expect(JSON.parse(await readFile(join(done.path, 'results.json'), 'utf8'))).toMatchObject({ scores: { demo_facts: { acc: right / 20 } } });
  });

  it('generate writes what the teacher knows of three seeds', async () => {
    const seeds = join(world.home, 'seeds.jsonl');
    const asked = DEMO_FACTS.slice(0, 3);
    await writeFile(seeds, asked.map(([question]) => `${JSON.stringify({ question })}\n`).join(''));
    const done = await resultOf<{ path: string; summary: unknown }>(['data', 'generate', '--model', GGUF, '--seeds', seeds, '--max-tokens', '120']);
    expect(done.summary).toEqual({ seeds: 3, rows: 3, conversations: 3 });
    const lines = (await readFile(join(done.path, 'messages.jsonl'), 'utf8')).trim().split('\n');
    const answers = lines.map((line) => (JSON.parse(line) as { messages: readonly { content: string }[] }).messages[1]?.content);
    for (const [index, [, answer]] of asked.entries()) expect(answers[index]).toContain(answer);
  });

  it.each<[NodeJS.Signals, string]>([
    ['SIGKILL', 'evaluate'],
    ['SIGINT', 'generate'],
  ])('%s half way through %s leaves no process behind', async (signal, what) => {
    const folder = join(world.home, what);
    await mkdir(folder);
    // Long enough to be half way, and no two are the same.
    const many = Array.from({ length: 2000 }, (_, index) => ({ ...ITEMS[index % 20], question: `${index}: ${ITEMS[index % 20]?.question}` }));
    await writeFile(join(folder, 'facts.jsonl'), many.map((item) => `${JSON.stringify(item)}\n`).join(''));
    await writeFile(join(folder, 'demo_facts.yaml'), DEMO_TASK);
    const evaluate = ['model', 'evaluate', '--task', 'demo_facts', '--tasks-dir', folder, '--offline'];
    const generate = ['data', 'generate', '--seeds', join(folder, 'facts.jsonl'), '--max-tokens', '120'];
    const job = startIlab(world, [...(what === 'evaluate' ? evaluate : generate), '--model', GGUF]);
    await job.says(/ of \d+ /);
    const all = await descendants(job.pid);
    // The engine, and the library with what that has started.
    expect(all.length).toBeGreaterThan(1);
    job.child.kill(signal);
    expect((await job.ended).code).toBe(signal === 'SIGINT' ? 130 : null);
    for (let tries = 0; running(all).length > 0 && tries < 100; tries++) await sleep(100);
    expect(running(all)).toEqual([]);
  });

  /** Which answer has the largest sum of its tokens' log-probabilities, asked of the engine itself, token by token. */
  async function choicesByHand(): Promise<readonly number[]> {
    await using ilab = await createIlab({ home: world.home, env: world.env, plugins: await installedPlugins(world) });
    const plan = await ilab.engines.plan({ model: GGUF });
    const session = await ilab.engines.start(plan, { purpose: 'test' });
    const ask = async <Answer>(path: string, body: unknown): Promise<Answer> => {
      const response = await fetch(new URL(path, session.endpoint), {
        method: 'POST',
        headers: { ...session.headers, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return (await response.json()) as Answer;
    };
    const tokensOf = async (text: string): Promise<readonly number[]> =>
      (await ask<{ tokens: number[] }>('/tokenize', { prompt: text, add_special_tokens: false })).tokens;
    const scoreOf = async (context: string, answer: string): Promise<number> => {
      const tokens = await tokensOf(context + answer);
      const body = { model: plan.names[0], prompt: tokens, max_tokens: 1, temperature: 0, logprobs: 1, echo: true };
      const { choices } = await ask<{ choices: readonly { logprobs: { token_logprobs: readonly (number | null)[] } }[] }>('/v1/completions', body);
      const probabilities = choices[0]?.logprobs.token_logprobs ?? [];
      return probabilities.slice((await tokensOf(context)).length, tokens.length).reduce<number>((sum, one) => sum + (one ?? Number.NaN), 0);
    };
    try {
      const chosen: number[] = [];
      for (const { question, choices } of ITEMS) {
        const scores: number[] = [];
        for (const choice of choices) scores.push(await scoreOf(prompt(question), choice));
        chosen.push(scores.indexOf(Math.max(...scores)));
      }
      return chosen;
    } finally {
      await session.end();
    }
  }
});
