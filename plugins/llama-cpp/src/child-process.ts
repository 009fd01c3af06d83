import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type CallOptions, type EngineContext, type EngineEnd, redact } from '@ilab/plugin-api';
import type { ChildConfig, ChildMessage } from './child/messages.ts';
import { loadFailure, suddenEnd } from './load-failure.ts';

export interface Child {
  readonly pid: number;
  readonly port: number;
  readonly contextLength: number;
  readonly ended: Promise<EngineEnd>;
  end(): Promise<void>;
}

/** Milliseconds that it may take to end by itself. */
const GRACE = 5000;
const LAST_WORDS = 4000;

/** Starts the process that the model is loaded in, and waits until it can be asked. @throws IlabError, as `Engine.start` */
export async function startChild(context: EngineContext, config: ChildConfig, { signal }: CallOptions): Promise<Child> {
  const child = fork(modulePath(), { execArgv: [], env: environment(context.env), stdio: ['ignore', 'pipe', 'pipe', 'ipc'], serialization: 'json' });
  const said = listen(child, context);
  let asked = false;
  const ended = new Promise<EngineEnd>((resolve) => {
    const gone = (because: string): void => resolve({ asked, because });
    child.once('error', (error) => gone(`It could not be started: ${error.message}.`));
    child.once('exit', (code, killedBy) => gone(killedBy === null ? `It ended with code ${code}.` : `It was killed by ${killedBy}.`));
  });
  const end = async (): Promise<void> => {
    asked = true;
    if (child.connected) child.disconnect();
    const timer = setTimeout(() => child.kill('SIGKILL'), GRACE);
    await ended;
    clearTimeout(timer);
  };
  try {
    const { port, contextLength } = await whenReady(child, { config, ended, said, ...(signal && { signal }) });
    return { pid: child.pid ?? 0, port, contextLength, ended, end };
  } catch (error) {
    child.kill('SIGKILL');
    await ended;
    throw error;
  }
}

interface Starting {
  readonly config: ChildConfig;
  readonly ended: Promise<EngineEnd>;
  readonly said: () => string;
  readonly signal?: AbortSignal;
}

function whenReady(child: ChildProcess, { config, ended, said, signal }: Starting): Promise<Extract<ChildMessage, { kind: 'ready' }>> {
  const { promise, resolve, reject } = Promise.withResolvers<Extract<ChildMessage, { kind: 'ready' }>>();
  const abort = (): void => reject(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  let failed: Extract<ChildMessage, { kind: 'failed' }> | undefined;
  child.once('message', (message: ChildMessage) => {
    if (message.kind === 'ready') resolve(message);
    else failed = message;
  });
  // What is said last comes after the end, which follows at once where loading failed.
  void ended.then(({ because }) =>
    setImmediate(() => reject(failed ? loadFailure(failed, said()) : suddenEnd(because, child.signalCode === 'SIGKILL', said()))),
  );
  child.send(config, (error) => error && reject(error));
  if (signal?.aborted) abort();
  return promise.finally(() => signal?.removeEventListener('abort', abort));
}

/** @returns its last words so far, as they came */
function listen(child: ChildProcess, { logger }: EngineContext): () => string {
  let last = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      last = (last + text).slice(-LAST_WORDS);
      logger.debug(redact(text.trimEnd()));
    });
  }
  return () => last.trim();
}

/** What a native library may need of the environment; nothing that is a secret. */
const PASSED = /^(?:PATH|HOME|USERPROFILE|TMPDIR|TEMP|TMP|LANG|LC_\w+|TZ|SystemRoot|LD_LIBRARY_PATH|DYLD_\w+|CUDA_\w+|HIP_\w+|ROCR_\w+|VK_\w+|GGML_\w+)$/;

function environment(env: EngineContext['env']): NodeJS.ProcessEnv {
  const passed = Object.entries(env).filter(([name]) => PASSED.test(name));
  return { ...Object.fromEntries(passed), NODE_LLAMA_CPP_SKIP_DOWNLOAD: 'true' };
}

/** The child's module, built or in the sources, as this one is. */
function modulePath(): string {
  return fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? './child/main.ts' : './child/main.js', import.meta.url));
}
