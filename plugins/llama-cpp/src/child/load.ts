import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ChatWrapper, Llama, LlamaModel, NodeLlamaCpp } from './llama.ts';
import type { ChildConfig } from './messages.ts';
import { createSlots, type Slots } from './slots.ts';

/** A model that can be asked, under each of its names and those of its adapters. */
export interface Loaded {
  readonly library: NodeLlamaCpp;
  readonly llama: Llama;
  readonly model: LlamaModel;
  readonly chatWrapper: ChatWrapper;
  /** In tokens. */
  readonly contextLength: number;
  readonly threads: number;
  /** How many tokens the model has; they are counted from 0. */
  readonly vocabulary: number;
  /** Whether it goes on with what it reads; an encoder makes vectors of it, and nothing else. */
  readonly talks: boolean;
  /** Places by name, in the order of the names. */
  readonly slots: ReadonlyMap<string, Slots>;
}

/** Where nobody says how long conversations are: longer ones cost memory that most never use. */
const USUAL_CONTEXT = 4096;

/** As soon as all that go on together are queued: the library's own choice lets the loop go round once more before. */
const batching = { dispatchSchedule: (dispatch: () => void): void => process.nextTick(dispatch) };

/** @throws what the library throws; see `failure.ts` */
export async function load(config: ChildConfig): Promise<Loaded> {
  const { threads, gpuLayers, chatTemplate } = config;
  const library = (await import(pathToFileURL(join(config.packages, 'node_modules/node-llama-cpp/dist/index.js')).href)) as NodeLlamaCpp;
  const llama = await library.getLlama({
    // Without one that could use it no GPU is looked for.
    gpu: config.gpu ? 'auto' : false,
    build: 'never',
    skipDownload: true,
    progressLogs: false,
    // The library's own choice is more threads than there may be cores: ggml's wait for each other busily, and all stand still.
    maxThreads: threads,
    logger: (level: string, message: string) => process.stderr.write(`${level}: ${message.trimEnd()}\n`),
    logLevel: 'warn',
  });
  // What is left for layers depends on the contexts that will lie beside them.
  const fitContext = { contextSize: (config.contextLength ?? USUAL_CONTEXT) * config.slots * (1 + config.adapters.length) };
  const model = await llama.loadModel({ modelPath: config.modelPath, gpuLayers: gpuLayers ?? { fitContext } });
  const chatWrapper =
    chatTemplate === undefined ? library.resolveChatWrapper(model, { warningLogs: false }) : new library.JinjaTemplateChatWrapper({ template: chatTemplate });
  const contextSize = config.contextLength ?? Math.min(model.trainContextSize, USUAL_CONTEXT);
  const common = { contextSize, sequences: config.slots, threads: { ideal: threads, min: threads }, failedCreationRemedy: false, batching };
  const plain = await model.createContext(common);
  const slots = new Map<string, Slots>();
  const add = (names: readonly string[], made: Slots): void => {
    for (const name of names) slots.set(name, made);
  };
  add(config.names, createSlots(plain, config.slots));
  for (const { names, path } of config.adapters) {
    const context = await model.createContext({ ...common, lora: path });
    add(names, createSlots(context, config.slots));
  }
  const vocabulary = model.fileInfo.metadata.tokenizer?.ggml?.tokens?.length ?? 0;
  const talks = model.fileInfo.architectureMetadata.attention?.causal !== false;
  return { library, llama, model, chatWrapper, contextLength: plain.contextSize, threads, vocabulary, talks, slots };
}
