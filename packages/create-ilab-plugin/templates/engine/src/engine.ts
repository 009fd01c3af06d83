import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type CallOptions, type Engine, type EngineContext, type EngineEnd, type EngineRequest, type EngineSession, IlabError } from '@ilab/plugin-api';

/** What runs the model. Put your own program here: this one answers always the same. */
const PROGRAM = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? './program.ts' : './program.js', import.meta.url));

export function createShelfEngine(name: string, { env }: EngineContext): Engine {
  return {
    name,
    async fit({ model }) {
      if (model.format === 'gguf') return { fits: true, because: 'It runs GGUF.' };
      return { fits: false, because: `It runs GGUF, and this is ${model.format}.`, hint: 'Take a model in GGUF.' };
    },
    start: (request, options) => start(request, { env, ...options }),
  };
}

type Starting = CallOptions & Pick<EngineContext, 'env'>;

async function start({ model }: EngineRequest, { env, signal }: Starting): Promise<EngineSession> {
  signal?.throwIfAborted();
  const key = randomBytes(24).toString('base64url');
  const child = spawn(process.execPath, [PROGRAM], { stdio: ['pipe', 'pipe', 'ignore'], env: { PATH: env['PATH'] } });
  let asked = false;
  const ended = once(child, 'exit').then(([code, by]): EngineEnd => ({ asked, because: by === null ? `It ended with ${code}.` : `It was killed by ${by}.` }));
  const end = async (): Promise<void> => {
    asked = true;
    child.kill('SIGKILL');
    await ended;
  };
  const names = [...model.names, ...model.adapters.flatMap((adapter) => adapter.names)];
  try {
    const endpoint = await addressOf(child, { path: model.path, names, key }, signal);
    return { endpoint, headers: { authorization: `Bearer ${key}` }, ended, end, ...(child.pid !== undefined && { processId: child.pid }) };
  } catch (error) {
    // Nothing stays behind: not after a failure, and not after an abort.
    await end();
    throw error;
  }
}

/** Waits until the program says where it listens. The key goes in by a pipe, since everybody can read a command line. */
async function addressOf(child: ChildProcess, has: object, signal: AbortSignal | undefined): Promise<string> {
  child.stdin?.write(`${JSON.stringify(has)}\n`);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const abort = (): void => reject(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  if (child.stdout) createInterface(child.stdout).once('line', resolve);
  child.once('exit', (code) => reject(new IlabError('E_ENGINE', `The engine ended with ${code} before it was ready.`)));
  child.once('error', (cause) => reject(new IlabError('E_ENGINE', 'The engine could not be started.', { cause })));
  return promise.finally(() => signal?.removeEventListener('abort', abort));
}
