import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { Agent, type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addLlamaCpp, createWorkspace, freePort, root, startIlab, startServer } from '@ilab/e2e';

export interface Setting {
  readonly model: string;
  readonly slots: number;
  readonly threads: number;
  /** Tokens of one conversation. */
  readonly context: number;
}

export interface Asked {
  readonly clients: number;
  /** Of all clients together. */
  readonly requests: number;
  readonly prompt: string;
  readonly maxTokens: number;
}

/** What so many requests took. */
export interface Measured {
  readonly tokens: number;
  readonly seconds: number;
  /** Milliseconds to the first token of each. */
  readonly firsts: readonly number[];
}

export interface Contestant {
  readonly name: string;
  run(asked: Asked): Promise<Measured>;
  end(): Promise<void>;
}

export async function servedByIlab({ model, slots, threads, context }: Setting): Promise<Contestant> {
  const workspace = await createWorkspace();
  await addLlamaCpp(workspace);
  const options = ['--port', '0', '--slots', String(slots), '--threads', String(threads), '--context', String(context)];
  const server = startIlab(workspace, ['model', 'serve', '--model', model, ...options]);
  await server.says(/Try it: curl http:\S+/);
  const url = /curl (http:\/\/[^/]+)/.exec(server.stderr())?.[1] ?? '';
  return overHttp('ilab model serve', url, async () => {
    server.child.kill('SIGTERM');
    await server.ended;
    await workspace.remove();
  });
}

/** @returns undefined where it is not installed */
export async function servedByPython({ model, threads, context }: Setting): Promise<Contestant | undefined> {
  const python = join(root, '.tools/llama-cpp-python/bin/python');
  if (!existsSync(python)) return undefined;
  const port = await freePort();
  const options = ['--model', model, '--host', '127.0.0.1', '--port', String(port), '--n_threads', String(threads), '--n_ctx', String(context)];
  // Or each request breaks off the one before.
  options.push('--interrupt_requests', 'false');
  const server = await startServer({ program: python, args: ['-m', 'llama_cpp.server', ...options], port, ready: '/v1/models' });
  return overHttp('llama-cpp-python', `http://${server.host}`, () => server.stop());
}

/** In the process that was asked for it, without a server. */
export async function callDirectly({ model, slots, threads }: Setting): Promise<Contestant> {
  const script = fileURLToPath(new URL('direct-llama-cpp.mjs', import.meta.url));
  const child = fork(script, [join(root, '.tools/engines/llama-cpp'), model, String(slots), String(threads)]);
  await once(child, 'message');
  return {
    name: 'node-llama-cpp',
    async run(asked) {
      child.send({ ...asked });
      const [measured] = (await once(child, 'message')) as [Measured];
      return measured;
    },
    async end() {
      if (child.exitCode === null && child.kill()) await once(child, 'exit');
    },
  };
}

function overHttp(name: string, url: string, end: () => Promise<void>): Contestant {
  return {
    name,
    async run({ clients, requests, ...asked }) {
      // Servers close what is idle for long, as connections are while others have their turn.
      const agent = new Agent({ keepAlive: true });
      let left = requests;
      let tokens = 0;
      const firsts: number[] = [];
      const client = async (): Promise<void> => {
        while (left-- > 0) {
          const answer = await ask(url, { ...asked, agent });
          tokens += answer.tokens;
          firsts.push(answer.first);
        }
      };
      const begun = performance.now();
      await Promise.all(Array.from({ length: clients }, client));
      const seconds = (performance.now() - begun) / 1000;
      agent.destroy();
      return { tokens, seconds, firsts };
    },
    end,
  };
}

type OneAsked = Pick<Asked, 'prompt' | 'maxTokens'> & { readonly agent: Agent };

/** Over plain HTTP, since whoever asks shares the machine with what is measured. */
async function ask(url: string, { prompt, maxTokens, agent }: OneAsked): Promise<{ readonly tokens: number; readonly first: number }> {
  const begun = performance.now();
  const asked = request(`${url}/v1/completions`, { method: 'POST', agent, headers: { 'content-type': 'application/json' } });
  asked.end(JSON.stringify({ prompt, max_tokens: maxTokens, temperature: 0, stream: true, stream_options: { include_usage: true } }));
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  let first: number | undefined;
  let text = '';
  response.setEncoding('latin1').on('data', (piece: string) => {
    text += piece;
    if (first === undefined && TOKEN.test(text)) first = performance.now() - begun;
  });
  await once(response, 'end');
  const counted = /"completion_tokens": ?(\d+)/.exec(text)?.[1];
  // A server that does not count them sends an event for each.
  const tokens = counted === undefined ? [...text.matchAll(EVERY_TOKEN)].length : Number(counted);
  if (response.statusCode !== 200 || tokens === 0 || first === undefined) throw new Error(`no answer came: ${response.statusCode} ${text.slice(0, 300)}`);
  return { tokens, first };
}

const TOKEN = /"text": ?"[^"]/;
const EVERY_TOKEN = new RegExp(TOKEN, 'g');
