import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type CallOptions, type EngineContext, type EngineEnd, IlabError, redact } from '@ilab/plugin-api';
import type { ChildConfig, ChildMessage } from './child/messages.ts';

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

const HINTS: Readonly<Record<Extract<ChildMessage, { kind: 'failed' }>['code'], string>> = {
  E_NOT_A_MODEL: 'Check the file: ilab model verify; or fetch it again: ilab model download --force',
  E_NO_MEMORY: 'Take a shorter context (--context), fewer conversations at once (--slots), or a smaller quantisation.',
  E_ENGINE: 'See what it says with ILAB_DEBUG=1, or install it again: ilab engine install llama-cpp',
};

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
  child.once('message', (message: ChildMessage) => {
    if (message.kind === 'ready') return resolve(message);
    const { code } = message;
    reject(new IlabError(code, redact(message.message), { hint: HINTS[code], details: { output: said() } }));
  });
  // What is said last comes after the end.
  void ended.then(({ because }) =>
    setImmediate(() => {
      // Whoever asked for it has been answered by now, so that this was the system.
      const code = child.signalCode === 'SIGKILL' ? 'E_NO_MEMORY' : 'E_ENGINE';
      const why = code === 'E_NO_MEMORY' ? `${because} That is what a system does whose memory runs out.` : because;
      reject(new IlabError(code, `llama.cpp could not start. ${why}`, { hint: HINTS[code], details: { output: said() } }));
    }),
  );
  child.send(config, (error) => error && reject(error));
  if (signal?.aborted) abort();
  return promise.finally(() => signal?.removeEventListener('abort', abort));
}

/** @returns its last words so far */
function listen(child: ChildProcess, { logger }: EngineContext): () => string {
  let last = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      last = (last + text).slice(-LAST_WORDS);
      logger.debug(redact(text.trimEnd()));
    });
  }
  return () => redact(last.trim());
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
