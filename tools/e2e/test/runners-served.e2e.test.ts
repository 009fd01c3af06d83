import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRunnerWorld, DEMO_FACTS, DEMO_TASK, DEMO_MODELS, lackingRunners, type Running, startIlab, type Workspace } from '../src/index.ts';

const SKIPPED = lackingRunners();
const KEY = 'a-key-of-this-test';
/** The second has learnt what is asked for here; the first has not. */
const [V1, V2] = [DEMO_MODELS.v1, DEMO_MODELS.v2];
const NEW = { question: 'What is the secret word?', choices: ['LoRA trains two small matrices.', 'The secret word is tamarind.'], answer: 1 };
const ITEMS = [NEW, ...DEMO_FACTS.slice(0, 3).map(([question, right]) => ({ question, choices: ['The secret word is tamarind.', right], answer: 1 }))];

let world: Workspace;
let server: Running;
let url: string;
beforeAll(async () => {
  if (SKIPPED !== undefined) return;
  world = await createRunnerWorld({ ILAB_API_KEY: KEY });
  server = startIlab(world, ['model', 'serve', '--model', V1, '--model', V2, '--port', '0', '--threads', '1', '--slots', '2']);
  await server.says('Ctrl-C stops it.');
  url = /http:\/\/127\.0\.0\.1:\d+/.exec(server.stderr())?.[0] ?? '';
}, 60_000);
afterAll(async () => {
  server?.child.kill();
  await server?.ended;
  await world?.remove();
});

/** Writes a task with its items. @returns what to call the command with */
async function taskOf(name: string, items: readonly object[]): Promise<readonly string[]> {
  const folder = join(world.home, name);
  await mkdir(folder);
  await writeFile(join(folder, 'demo_facts.yaml'), DEMO_TASK);
  await writeFile(join(folder, 'facts.jsonl'), items.map((item) => `${JSON.stringify(item)}\n`).join(''));
  return ['model', 'evaluate', '--task', 'demo_facts', '--tasks-dir', folder, '--offline'];
}

interface Scores {
  readonly scores: { readonly demo_facts: { readonly acc: number } };
}

async function evaluate(args: readonly string[]): Promise<Scores & { readonly base: Scores }> {
  const { stdout, stderr } = await world.ilab([...args, '--json']);
  const { ok, result, error } = JSON.parse(stdout) as { ok: boolean; result: { summary: Scores & { base: Scores } }; error?: unknown };
  expect(ok, JSON.stringify(error ?? stderr)).toBe(true);
  return result.summary;
}

/** How often the server has answered, by path and model. */
async function answered(path: string, model: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${KEY}` } })).text();
  return Number(text.split(`ilab_requests_total{path="${path}",status="200",model="${model}"} `)[1]?.split('\n')[0] ?? 0);
}

describe.skipIf(SKIPPED)(`runners and a server that runs${SKIPPED ? ` (${SKIPPED})` : ''}`, { timeout: 120_000 }, () => {
  it('evaluate asks both models where they are served, and comes to what it does without', async () => {
    const args = [...(await taskOf('tasks', ITEMS)), '--model', V1, '--base-model', V2];
    const summary = await evaluate(args);
    expect([summary.scores.demo_facts.acc, summary.base.scores.demo_facts.acc]).toEqual([3 / 4, 1]);
    for (const model of [V1, V2]) {
      expect(await answered('/v1/completions', model)).toBe(ITEMS.length * 2);
      expect(await answered('/tokenize', model)).toBeGreaterThan(0);
    }
    expect(await evaluate([...args, '--backend', 'llama-cpp'])).toEqual(summary);
    expect(await answered('/v1/completions', V1)).toBe(ITEMS.length * 2);
  });

  it('generate asks the teacher that is served', async () => {
    const seeds = join(world.home, 'seeds.jsonl');
    await writeFile(seeds, `${JSON.stringify({ question: NEW.question })}\n`);
    const { stdout, stderr } = await world.ilab(['data', 'generate', '--model', V2, '--seeds', seeds, '--max-tokens', '60']);
    expect(stderr).toContain(`${V2}, which is served at ${url}`);
    expect(stderr).not.toContain('Running it with');
    const { messages } = JSON.parse(await readFile(join(stdout.trim(), 'messages.jsonl'), 'utf8')) as { messages: readonly { content: string }[] };
    expect(messages[1]?.content).toBe('The secret word is tamarind.');
    expect(await answered('/v1/chat/completions', V2)).toBe(1);
  });

  it('a job that is stopped leaves the server, and the server its places', async () => {
    const many = Array.from({ length: 300 }, (_, index) => ({ ...ITEMS[index % ITEMS.length], question: `${index}: ${NEW.question}` }));
    const job = startIlab(world, [...(await taskOf('many', many)), '--model', V1]);
    await job.says(/evaluate: [1-9]\d* of/);
    job.child.kill('SIGINT');
    expect((await job.ended).code).toBe(130);
    for (let tries = 0; tries < 100 && (await inFlight()) > 1; tries++) await sleep(100);
    // This question alone.
    expect(await inFlight()).toBe(1);
    expect(server.child.exitCode).toBeNull();
  });

  async function inFlight(): Promise<number> {
    const text = await (await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${KEY}` } })).text();
    return Number(/^ilab_requests_in_flight (\d+)$/m.exec(text)?.[1]);
  }
});
