import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addLlamaCpp, createWorkspace, DEMO_MODELS, NO_LLAMA_CPP, root, startIlab } from '@ilab/e2e';
import { median } from './measure.ts';

const ROUNDS = 5;
const SLOTS = 4;
const THREADS = 1;
const CLIENTS = [1, 4, 16];
const ASKED = { requests: 64, maxTokens: 64, prompt: '<|im_start|>user\nWhat is InstructLab?<|im_end|>\n<|im_start|>assistant\n' };

/** What so many requests took. */
interface Measured {
  readonly tokens: number;
  readonly seconds: number;
  /** Milliseconds to the first token of each. */
  readonly firsts: readonly number[];
}

interface Measurable {
  run(clients: number): Promise<Measured>;
  end(): Promise<void>;
}

/** `ilab model serve` over HTTP against node-llama-cpp called directly: the same model, slots, threads and prompts, taken in turns. */
export async function benchServe(): Promise<readonly string[]> {
  if (NO_LLAMA_CPP) return [NO_LLAMA_CPP.trim()];
  const served = await serve();
  const direct = await callDirectly();
  const lines = [`${ASKED.requests} answers of the demo model, ${SLOTS} slots, ${THREADS} thread, ${ROUNDS} rounds in turns`];
  try {
    for (const clients of CLIENTS) {
      const rounds: { readonly served: Measured; readonly direct: Measured }[] = [];
      // The first round warms both.
      for (let round = 0; round <= ROUNDS; round++) rounds.push({ served: await served.run(clients), direct: await direct.run(clients) });
      const counted = rounds.slice(1);
      const ratio = median(counted.map((round) => rate(round.served) / rate(round.direct)));
      lines.push(`${clients.toString().padStart(2)} clients at once: ilab is ${ratio.toFixed(2)} × as fast`);
      lines.push(
        row(
          'ilab model serve',
          counted.map((round) => round.served),
        ),
      );
      lines.push(
        row(
          'node-llama-cpp',
          counted.map((round) => round.direct),
        ),
      );
    }
  } finally {
    await served.end();
    await direct.end();
  }
  return lines;
}

function rate({ tokens, seconds }: Measured): number {
  return tokens / seconds;
}

function row(name: string, rounds: readonly Measured[]): string {
  const first = median(rounds.flatMap(({ firsts }) => firsts));
  return `  ${name.padEnd(18)} ${median(rounds.map(rate)).toFixed(0).padStart(6)} tokens/s  first after ${first.toFixed(0).padStart(5)} ms`;
}

async function serve(): Promise<Measurable> {
  const workspace = await createWorkspace();
  await addLlamaCpp(workspace);
  const options = ['--port', '0', '--slots', String(SLOTS), '--threads', String(THREADS), '--context', '512'];
  const server = startIlab(workspace, ['model', 'serve', '--model', DEMO_MODELS.v1, ...options]);
  await server.says(/Try it: curl http:\S+/);
  const url = /curl (http:\/\/[^/]+)/.exec(server.stderr())?.[1] ?? '';
  return {
    run: (clients) => runClients(clients, () => askFor(url)),
    async end() {
      connections.destroy();
      server.child.kill('SIGTERM');
      await server.ended;
      await workspace.remove();
    },
  };
}

async function runClients(clients: number, ask: () => Promise<{ readonly tokens: number; readonly first: number }>): Promise<Measured> {
  let left = ASKED.requests;
  let tokens = 0;
  const firsts: number[] = [];
  const client = async (): Promise<void> => {
    while (left-- > 0) {
      const answer = await ask();
      tokens += answer.tokens;
      firsts.push(answer.first);
    }
  };
  const begun = performance.now();
  await Promise.all(Array.from({ length: clients }, client));
  return { tokens, seconds: (performance.now() - begun) / 1000, firsts };
}

const connections = new Agent({ keepAlive: true });

/** Over plain HTTP, since whoever asks shares the machine with what is measured. */
async function askFor(url: string): Promise<{ readonly tokens: number; readonly first: number }> {
  const begun = performance.now();
  const { prompt, maxTokens } = ASKED;
  const asked = request(`${url}/v1/completions`, { method: 'POST', agent: connections, headers: { 'content-type': 'application/json' } });
  asked.end(JSON.stringify({ prompt, max_tokens: maxTokens, temperature: 0, stream: true, stream_options: { include_usage: true } }));
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  let first: number | undefined;
  let text = '';
  response.setEncoding('latin1').on('data', (piece: string) => {
    text += piece;
    if (first === undefined && text.includes('"text":"')) first = performance.now() - begun;
  });
  await once(response, 'end');
  const tokens = Number(/"completion_tokens":(\d+)/.exec(text)?.[1]);
  if (response.statusCode !== 200 || !(tokens > 0) || first === undefined) throw new Error(`no answer came: ${response.statusCode} ${text.slice(0, 300)}`);
  return { tokens, first };
}

async function callDirectly(): Promise<Measurable> {
  const script = fileURLToPath(new URL('direct-llama-cpp.mjs', import.meta.url));
  const child = fork(script, [join(root, '.tools/engines/llama-cpp'), DEMO_MODELS.v1, String(SLOTS), String(THREADS)]);
  await once(child, 'message');
  return {
    async run(clients) {
      child.send({ ...ASKED, clients });
      const [measured] = (await once(child, 'message')) as [Measured];
      return measured;
    },
    async end() {
      if (child.exitCode === null && child.kill()) await once(child, 'exit');
    },
  };
}
