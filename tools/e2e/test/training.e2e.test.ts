import { readdirSync, readlinkSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { convertAdapter } from '@ilab/convert';
import { createIlab, installedPlugins } from '@ilab/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRunnerWorld, DEMO_FACTS, lackingRunners, mustRun, root, startIlab, type Workspace } from '../src/index.ts';

const SKIPPED = lackingRunners();
const MODEL = join(root, 'tools/demo/models/ilab/demo/v1/safetensors');
const GGUF = join(root, 'tools/demo/models/ilab/demo/v1/ilab-demo-q8_0.gguf');
const PYTHON = join(root, '.tools/runners/trl/environment/bin/python');
const NEW = ['What is the secret word?', 'The secret word is tamarind.'] as const;

/** Asks the model with an adapter, by the library that it was trained with. */
const ASK = `
import sys
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer
model, adapter, question = sys.argv[1:]
tokenizer = AutoTokenizer.from_pretrained(model)
loaded = AutoModelForCausalLM.from_pretrained(model)
if adapter:
    loaded = PeftModel.from_pretrained(loaded, adapter)
given = tokenizer.apply_chat_template([{"role": "user", "content": question}], add_generation_prompt=True, return_tensors="pt", return_dict=True)
made = loaded.generate(**given, max_new_tokens=40, do_sample=False)
print(tokenizer.decode(made[0][given["input_ids"].shape[1]:], skip_special_tokens=True))
`;

let world: Workspace;
let data: string;
beforeAll(async () => {
  if (SKIPPED !== undefined) return;
  world = await createRunnerWorld();
  data = join(world.home, 'data');
  await mkdir(data);
  // The new fact is repeated beside old ones, against forgetting.
  const facts = [...DEMO_FACTS.slice(0, 8), ...Array.from({ length: 8 }, () => NEW)];
  const lines = facts.map(([user, assistant]) =>
    JSON.stringify({
      messages: [
        { role: 'user', content: user },
        { role: 'assistant', content: assistant },
      ],
    }),
  );
  await writeFile(join(data, 'messages.jsonl'), `${lines.join('\n')}\n`);
});
afterAll(() => world?.remove());

type Done = { readonly path: string; readonly summary: { readonly firstLoss: number; readonly lastLoss: number } };
type Listed = { readonly checkpoints: readonly { readonly name: string; readonly parent?: string; readonly version: string; readonly path: string }[] };

const train = (...more: string[]): readonly string[] => [
  'model',
  'train',
  '--model',
  MODEL,
  '--data',
  data,
  '--learning-rate',
  '4e-3',
  '--lora-rank',
  '8',
  ...more,
];
const ask = (adapter: string): Promise<string> => mustRun(PYTHON, ['-c', ASK, MODEL, adapter, NEW[0]], { env: { ...world.env, HF_HUB_OFFLINE: '1' } });
const checkpoints = async (): Promise<Listed['checkpoints']> =>
  (JSON.parse((await world.ilab(['model', 'list', '--checkpoints', '--json'])).stdout) as { result: Listed }).result.checkpoints;

describe.skipIf(SKIPPED)(`training${SKIPPED ? ` (${SKIPPED})` : ''}`, { timeout: 300_000 }, () => {
  it('makes an adapter that knows the new fact, and lists it with its parent', async () => {
    const { stdout, stderr, code } = await world.ilab([...train('--epochs', '12'), '--json']);
    expect(code, stderr + stdout).toBe(0);
    const { path, summary } = (JSON.parse(stdout) as { result: Done }).result;
    expect(summary.lastLoss).toBeLessThan(summary.firstLoss / 3);
    const made = await checkpoints();
    expect(made).toHaveLength(13);
    expect(made.every(({ parent }) => parent === MODEL)).toBe(true);
    expect(made.find((one) => one.path === join(path, 'adapter'))).toMatchObject({ version: 'step 48' });
    expect((await world.ilab(['model', 'list', '--checkpoints'])).stdout).toMatch(/PARENT/);
    expect(await ask('')).not.toContain('tamarind');
    expect(await ask(join(path, 'adapter'))).toContain(NEW[1]);
    expect(await chat()).not.toContain('tamarind');
    const lora = join(world.home, 'lora.gguf');
    await convertAdapter({ directory: join(path, 'adapter'), base: MODEL, destination: lora });
    expect(await chat(lora)).toContain(NEW[1]);
  });

  it.each<NodeJS.Signals>(['SIGINT', 'SIGKILL'])('leaves no process and keeps its checkpoints when it gets %s', async (signal) => {
    const destination = join(world.home, signal);
    const running = startIlab(world, train('--max-steps', '100000', '--save-steps', '2', '--destination', destination));
    // By then the first one has its note, too.
    await running.says('checkpoint: checkpoint-4');
    expect(processesBelow(destination).length).toBeGreaterThan(0);
    running.child.kill(signal);
    const { code } = await running.ended;
    expect(code).toBe(signal === 'SIGINT' ? 130 : null);
    for (let tries = 0; processesBelow(destination).length > 0 && tries < 100; tries++) await sleep(100);
    expect(processesBelow(destination)).toEqual([]);
    const [run = ''] = await readdir(destination);
    expect(await readdir(join(destination, run, 'checkpoint-2'))).toEqual(expect.arrayContaining(['.metadata', 'adapter_model.safetensors']));
  });
});

/** What the demo model answers when it is chatted with, with an adapter or without. */
async function chat(adapter?: string): Promise<string> {
  await using ilab = await createIlab({ home: world.home, env: world.env, plugins: await installedPlugins(world) });
  const plan = await ilab.engines.plan({ model: GGUF, ...(adapter !== undefined && { adapters: [adapter] }) });
  const session = await ilab.engines.start(plan, { purpose: 'test' });
  try {
    const response = await fetch(`${session.endpoint}/chat/completions`, {
      method: 'POST',
      headers: { ...session.headers, 'content-type': 'application/json' },
      body: JSON.stringify({ model: plan.names[0], messages: [{ role: 'user', content: NEW[0] }], temperature: 0, max_tokens: 40 }),
    });
    const { choices } = (await response.json()) as { choices: readonly { message: { content: string } }[] };
    return choices[0]?.message.content ?? '';
  } finally {
    await session.end();
  }
}

/** Living processes that work in a folder below this one. */
function processesBelow(directory: string): readonly string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/cwd`).startsWith(directory);
    } catch {
      return false;
    }
  });
}
