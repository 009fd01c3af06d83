import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import {
  type CallOptions,
  type Engine,
  type EngineAdapter,
  type EngineContext,
  type EngineFit,
  type EngineRequest,
  type EngineSession,
  IlabError,
} from '@ilab/plugin-api';
import type { ChildConfig } from './child/messages.ts';
import { startChild } from './child-process.ts';
import { computesOn, gpuOf } from './gpu.ts';
import { memoryNeed } from './memory.ts';
import { adapterFile, modelFile } from './model-file.ts';
import { usualThreads } from './threads.ts';

/** Conversations at the same time, where nobody says. */
const USUAL_SLOTS = 4;
const INSTALL = 'Install it: ilab engine install llama-cpp';

/** llama.cpp, through node-llama-cpp, in a process of its own. */
export function createLlamaCpp(context: EngineContext): Engine {
  return {
    name: 'llama-cpp',
    fit: (request) => Promise.resolve(fitOf(context, request)),
    memory: (request) => memoryNeed(context, { ...request, slots: request.slots ?? USUAL_SLOTS }),
    start: (request, options) => start(context, request, options),
  };
}

function fitOf({ packages }: EngineContext, { model, gpuLayers }: EngineRequest): EngineFit {
  if (model.format === 'adapter')
    return { fits: false, because: 'An adapter runs on its base model only.', hint: 'Name both: --model MODEL --adapter ADAPTER' };
  if (model.format !== 'gguf' && model.format !== 'mixed') {
    return { fits: false, because: 'It runs GGUF files only.', hint: `Convert the model: ilab model convert --model ${model.names[0] ?? model.path}` };
  }
  const other = model.adapters.find((adapter) => adapterFile(adapter) === undefined);
  if (other) return withoutFile(other);
  if (packages === undefined) return { fits: false, because: 'Its native part is not installed.', hint: INSTALL };
  return { fits: true, because: `It is a GGUF file, and llama.cpp is installed ${computesOn(packages, gpuLayers)}.` };
}

/** Several are somebody's to choose among; none is had by converting. */
function withoutFile({ names: [name = ''], path, files }: EngineAdapter): EngineFit {
  const several = files.filter((file) => /\.gguf$/i.test(file));
  const [first] = several;
  if (first === undefined) return { fits: false, because: `The adapter ${name} is no GGUF file.`, hint: `Convert it: ilab model convert --model ${name}` };
  return {
    fits: false,
    because: `The adapter ${name} has several GGUF files: ${several.slice(0, 5).join(', ')}.`,
    hint: `Name one by its path: --adapter ${join(path, first)}`,
  };
}

async function start(context: EngineContext, request: EngineRequest, options: CallOptions): Promise<EngineSession> {
  options.signal?.throwIfAborted();
  if (context.packages === undefined) throw new IlabError('E_PLUGIN_MISSING', 'The native part of llama-cpp is not installed.', { hint: INSTALL });
  if ((request.arguments?.length ?? 0) > 0) {
    throw new IlabError('E_USAGE', 'llama-cpp is a library, and takes no arguments of a program.', { hint: 'Leave out what stands after --.' });
  }
  const { model, contextLength, slots = USUAL_SLOTS, threads = usualThreads(), gpuLayers, chatTemplate } = request;
  const key = randomBytes(32).toString('base64url');
  const config: ChildConfig = {
    packages: context.packages,
    modelPath: modelFile(model),
    names: model.names,
    adapters: model.adapters.map((adapter) => ({ names: adapter.names, path: adapterFile(adapter) ?? adapter.path })),
    gpu: gpuOf(context.packages) !== undefined,
    ...{ key, slots, threads },
    ...(contextLength !== undefined && { contextLength }),
    ...(gpuLayers !== undefined && { gpuLayers }),
    ...(chatTemplate !== undefined && { chatTemplate }),
  };
  const child = await startChild(context, config, options);
  return {
    endpoint: `http://127.0.0.1:${child.port}/v1`,
    headers: { authorization: `Bearer ${key}` },
    contextLength: child.contextLength,
    processId: child.pid,
    ended: child.ended,
    end: () => child.end(),
  };
}
