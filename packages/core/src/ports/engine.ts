import type { ModelFormat } from '../model/stored.ts';
import type { CallOptions } from './call-options.ts';

/** A LoRA adapter to load on top of a model. */
export interface EngineAdapter {
  /** Names under which the model with this adapter is asked for; the first is the canonical one. Never empty. */
  readonly names: readonly string[];
  /** Absolute and real: a folder (of PEFT, with a GGUF file, or with both), or a GGUF file. */
  readonly path: string;
  /** Relative to `path` where that is a folder. */
  readonly files: readonly string[];
}

/** A model as an engine gets it: plain data, and everything of it is on this machine. */
export interface EngineModel {
  /** Names under which it is asked for: its canonical reference, then its aliases. Never empty. */
  readonly names: readonly string[];
  /** Absolute and real: a folder, or the one file that was selected. Empty where the model is at `EngineRequest.endpoint`. */
  readonly path: string;
  /** What its files are, as far as `ilab` could tell. */
  readonly format: ModelFormat;
  /** Relative to `path` where that is a folder. */
  readonly files: readonly string[];
  /** To be loaded on top; empty as a rule. */
  readonly adapters: readonly EngineAdapter[];
}

/** What to run, and how. What is absent is the engine's choice, made from the model and the machine. */
export interface EngineRequest {
  /** The model to run. */
  readonly model: EngineModel;
  /** Base address of a server that has the model, as the user typed it: nothing of it is on this machine, and its name is the server's. */
  readonly endpoint?: string;
  /** Tokens that one conversation can have. */
  readonly contextLength?: number;
  /** Conversations at the same time. */
  readonly slots?: number;
  /** Threads that compute. */
  readonly threads?: number;
  /** Layers that a GPU takes; absent: as many as fit, where there is a GPU that the engine can use. */
  readonly gpuLayers?: number;
  /** Text of a Jinja template, in place of the model's own. */
  readonly chatTemplate?: string;
  /** More arguments for an engine that is a program, as the user typed them; never from a request or a model. */
  readonly arguments?: readonly string[];
}

/** Whether an engine can run a model here, and why; as a sentence. `hint` is what would make it possible. */
export type EngineFit = { readonly fits: true; readonly because: string } | { readonly fits: false; readonly because: string; readonly hint: string };

/** Memory that a model will take while it runs, in bytes. */
export interface MemoryNeed {
  /** For the weights, as they are once loaded. */
  readonly weights: number;
  /** For the context of all slots. */
  readonly cache: number;
  /** Buffers of the computation and the engine itself. */
  readonly rest: number;
}

/** How a running engine came to its end. */
export interface EngineEnd {
  /** Whether somebody asked for it. */
  readonly asked: boolean;
  /** As a sentence: `It was killed by SIGSEGV.` */
  readonly because: string;
}

/**
 * A model that runs. It answers OpenAI's HTTP API, whatever the engine is, so that one server and one chat go with all engines.
 *
 * Implementers MUST serve `/v1/models`, `/v1/chat/completions` and `/v1/completions` (both with and without `stream`) under every name
 * of the request; `/v1/embeddings`, `/tokenize`, `/detokenize` and `/tokenizer_info` where the engine can, else answer 404. They MUST
 * listen on loopback only, or be somebody else's server, and MUST let nobody in without `headers` where they listen.
 */
export interface EngineSession {
  /** Base address, ending in `/v1`, without a slash after it. */
  readonly endpoint: string;
  /** For exactly the origin of `endpoint`: how it knows its owner. */
  readonly headers: Readonly<Record<string, string>>;
  /** Tokens that one conversation has in truth; absent where it can't be known. */
  readonly contextLength?: number;
  /** Process to send signals to and to measure; absent where there is none of ours. */
  readonly processId?: number;
  /** Fulfilled once, when it has ended by whatever cause; never rejected. */
  readonly ended: Promise<EngineEnd>;
  /** Ends it and all that it started, at the latest after 10 s. Calling it twice does nothing. */
  end(options?: CallOptions): Promise<void>;
}

/** A program or library that runs models. */
export interface Engine {
  /** As `--backend` takes it. */
  readonly name: string;

  /** Whether it can run the model on this machine. Implementers MUST start nothing and read no more than headers of files. */
  fit(request: EngineRequest, options: CallOptions): Promise<EngineFit>;

  /** What it would take, from headers of files; absent, or undefined, where it can't be said. */
  memory?(request: EngineRequest, options: CallOptions): Promise<MemoryNeed | undefined>;

  /**
   * Loads the model and answers when it can be asked. Implementers MUST run native code in a process of its own, and MUST leave none
   * behind when this throws or is aborted.
   * @throws IlabError E_NOT_A_MODEL when the files are no model that it reads; E_NO_MEMORY; E_ENGINE when it can't start or ends at once;
   * E_PLUGIN_MISSING when a part of it is not installed
   */
  start(request: EngineRequest, options: CallOptions): Promise<EngineSession>;
}
