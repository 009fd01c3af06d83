import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CallOptions, type Engine, type EngineContext, type EngineFit, type EngineRequest, type EngineSession, IlabError } from '@ilab/plugin-api';
import { findProgram } from '@ilab/programs';
import { failed } from './failed.ts';
import { freePort } from './free-port.ts';
import { type Program, startProgram } from './program.ts';
import { serveArguments } from './serve-arguments.ts';
import { whenReady } from './when-ready.ts';

const HINT = 'Install vLLM, for example: uv tool install vllm, so that `vllm` is found on the PATH.';

/** Runs `vllm serve`, on this machine or as the head of several. */
export function createVllm(context: EngineContext, platform: NodeJS.Platform = process.platform): Engine {
  return {
    name: 'vllm',
    fit: ({ model }) => Promise.resolve(fitOf(context, { platform, format: model.format })),
    start: (request, options) => start(context, request, options),
  };
}

function fitOf({ env }: EngineContext, { platform, format }: { readonly platform: NodeJS.Platform; readonly format: string }): EngineFit {
  if (platform !== 'linux') return { fits: false, because: 'It runs on Linux only.', hint: 'Convert the model to GGUF for llama-cpp: ilab model convert' };
  if (format === 'adapter') return { fits: false, because: 'An adapter runs on its base model only.', hint: 'Name both: --model MODEL --adapter ADAPTER' };
  const program = findProgram('vllm', env);
  return program === undefined ? { fits: false, because: 'No program vllm is on the PATH.', hint: HINT } : { fits: true, because: `It is ${program}.` };
}

async function start(context: EngineContext, request: EngineRequest, options: CallOptions): Promise<EngineSession> {
  options.signal?.throwIfAborted();
  const path = findProgram('vllm', context.env);
  if (path === undefined) throw new IlabError('E_PLUGIN_MISSING', 'No program vllm is on the PATH.', { hint: HINT });
  const port = await freePort();
  const template = request.chatTemplate === undefined ? undefined : await writeTemplate(context.data, request.chatTemplate);
  const forget = async (): Promise<void> => {
    if (template !== undefined) await rm(template, { force: true });
  };
  const key = randomBytes(32).toString('base64url');
  try {
    const args = await serveArguments({ request, port, ...(template !== undefined && { chatTemplate: template }) });
    const program = await startProgram(path, args, { env: environment(context.env, key), onOutput: (chunk) => context.logger.debug(chunk) });
    const ended = program.ended.then(async (because) => {
      await forget();
      return because;
    });
    return await session({ ...program, ended }, { context, request, port, key, options });
  } catch (error) {
    await forget();
    throw error;
  }
}

interface Starting {
  readonly context: EngineContext;
  readonly request: EngineRequest;
  readonly port: number;
  readonly key: string;
  readonly options: CallOptions;
}

async function session(program: Program, { context, request, port, key, options }: Starting): Promise<EngineSession> {
  const origin = `http://127.0.0.1:${port}`;
  const headers = { authorization: `Bearer ${key}` };
  const gone = new AbortController();
  void program.ended.then(() => gone.abort());
  let asked = false;
  try {
    const signal = options.signal ? AbortSignal.any([options.signal, gone.signal]) : gone.signal;
    const ready = await whenReady({ endpoints: context.endpoints, origin, headers, name: request.model.names[0] ?? '' }, signal);
    return {
      endpoint: `${origin}/v1`,
      headers,
      ...ready,
      processId: program.pid,
      ended: program.ended.then((because) => ({ asked, because })),
      async end() {
        if (gone.signal.aborted) return;
        asked = true;
        await program.end();
        await program.ended;
      },
    };
  } catch (error) {
    const died = gone.signal.aborted;
    await program.end();
    options.signal?.throwIfAborted();
    throw died ? failed(await program.ended, program.output()) : error;
  }
}

/** The key goes where only the program sees it. What it has no business with stays here, and it fetches and reports nothing unasked. */
function environment(env: EngineContext['env'], key: string): NodeJS.ProcessEnv {
  const { HF_TOKEN: _token, HUGGING_FACE_HUB_TOKEN: _older, OPENAI_API_KEY: _openai, ...rest } = env;
  return { HF_HUB_OFFLINE: '1', VLLM_NO_USAGE_STATS: '1', ...rest, VLLM_API_KEY: key };
}

async function writeTemplate(folder: string, text: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, `template-${randomUUID()}.jinja`);
  await writeFile(path, text, { mode: 0o600 });
  return path;
}
