// Stands in for vLLM, which can't be had everywhere: it takes only options that vLLM has, writes down how it was called, and serves.
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startEndpoint } from '@ilab/testkit/endpoint';

const OPTIONS = {
  host: 'string',
  port: 'string',
  'distributed-executor-backend': 'string',
  'tensor-parallel-size': 'string',
  'pipeline-parallel-size': 'string',
  nnodes: 'string',
  'node-rank': 'string',
  'master-addr': 'string',
  'max-model-len': 'string',
  'max-num-seqs': 'string',
  'chat-template': 'string',
  quantization: 'string',
  'load-format': 'string',
  'max-loras': 'string',
  'max-lora-rank': 'string',
  'gpu-memory-utilization': 'string',
  'enable-lora': 'boolean',
  'enforce-eager': 'boolean',
} as const;

/** Options that take all words up to the next one. */
const LISTS = ['served-model-name', 'lora-modules'];

const { STAND_IN_RECORD: record = '', STAND_IN_FAULT: fault, VLLM_API_KEY: key } = process.env;
const args = process.argv.slice(2);
const { words, lists } = takeLists(args);
const { values, positionals } = parseArgs({
  args: words,
  allowPositionals: true,
  strict: true,
  options: Object.fromEntries(Object.entries(OPTIONS).map(([name, type]) => [name, { type }])),
});
if (positionals[0] !== 'serve' || positionals.length !== 2 || key === undefined) throw new Error('called otherwise than vLLM is');

// vLLM's workers are processes of their own, which outlive a careless end.
const worker = spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)'], { stdio: 'ignore' });
writeFileSync(record, JSON.stringify({ args, env: process.env, pid: process.pid, worker: worker.pid }));

if (fault === 'memory') fail('torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 14.00 GiB');
if (fault === 'config') fail('Loading…\nTraceback (most recent call last):\nValueError: Model architectures [’X’] are not supported\u001b[31m');
if (fault === 'stubborn') process.on('SIGTERM', () => {});
if (fault === 'slow') await sleep(600_000);
const names = [...(lists['served-model-name'] ?? []), ...(lists['lora-modules'] ?? []).map((json) => (JSON.parse(json) as { name: string }).name)];
await startEndpoint({ names, key, port: Number(values['port']), contextLength: Number(values['max-model-len'] ?? 4096) });

function takeLists(given: readonly string[]): { words: string[]; lists: Partial<Record<string, string[]>> } {
  const found: Partial<Record<string, string[]>> = {};
  const rest: string[] = [];
  let list: string[] | undefined;
  for (const word of given) {
    const name = word.startsWith('--') ? word.slice(2) : undefined;
    if (name !== undefined) {
      list = LISTS.includes(name) ? [] : undefined;
      if (list) found[name] = list;
    } else {
      list?.push(word);
    }
    if (!list) rest.push(word);
  }
  return { words: rest, lists: found };
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
