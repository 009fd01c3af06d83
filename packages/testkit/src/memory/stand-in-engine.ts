import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Engine, type EngineEnd, type EngineRequest, type EngineSession, IlabError } from '@ilab/core';

const PROGRAM = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../endpoint/main.ts' : '../endpoint/main.js', import.meta.url));

/**
 * An engine without a model: a process that answers as one does, always the same. For tests of what uses engines, and the proof that
 * {@link engineContract} can be passed. It runs what says that it is GGUF.
 */
export function createStandInEngine(name: string = 'stand-in'): Engine {
  return {
    name,
    async fit({ model }) {
      if (model.format === 'gguf') return { fits: true, because: 'It runs whatever says that it is GGUF.' };
      return { fits: false, because: `It runs GGUF only, and this is ${model.format}.`, hint: 'Take a model in GGUF.' };
    },
    memory: async () => ({ weights: 0, cache: 0, rest: 50_000_000 }),
    start: (request, { signal }) => start(request, signal),
  };
}

async function start({ model }: EngineRequest, signal: AbortSignal | undefined): Promise<EngineSession> {
  signal?.throwIfAborted();
  const key = randomBytes(16).toString('hex');
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', PROGRAM], { stdio: ['pipe', 'pipe', 'ignore'], env: {} });
  let asked = false;
  const ended = once(child, 'exit').then(([code, by]): EngineEnd => ({ asked, because: by === null ? `It ended with ${code}.` : `It was killed by ${by}.` }));
  const end = async (): Promise<void> => {
    asked = true;
    child.kill('SIGKILL');
    await ended;
  };
  const names = [...model.names, ...model.adapters.flatMap((adapter) => adapter.names)];
  try {
    const endpoint = await addressOf(child, { names, key }, signal);
    return { endpoint, headers: { authorization: `Bearer ${key}` }, ended, end, ...(child.pid !== undefined && { processId: child.pid }) };
  } catch (error) {
    await end();
    throw error;
  }
}

/** The key goes in by a pipe: a command line can be read by everybody. */
async function addressOf(
  child: ChildProcess,
  has: { readonly names: readonly string[]; readonly key: string },
  signal: AbortSignal | undefined,
): Promise<string> {
  child.stdin?.write(`${JSON.stringify(has)}\n`);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const abort = (): void => reject(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  if (child.stdout) createInterface(child.stdout).once('line', resolve);
  child.once('exit', (code) => reject(new IlabError('E_ENGINE', `The stand-in ended with ${code} before it was ready.`)));
  child.once('error', (cause) => reject(new IlabError('E_ENGINE', 'The stand-in could not be started.', { cause })));
  return promise.finally(() => signal?.removeEventListener('abort', abort));
}
