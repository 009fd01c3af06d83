/** What a model’s own files say of it. Read from headers and configuration when asked for; it may be cached, and is never the truth. */
export interface ModelFacts {
  /** `llama`, `LlamaForCausalLM`: as the format calls it. */
  readonly architecture?: string;
  /** Number of weights; absent where they are packed so that they can’t be counted. */
  readonly parameters?: number;
  /** `Q4_K_M`, `BF16`, `gptq`: how most weights are stored. */
  readonly quantisation?: string;
  /** In tokens. */
  readonly contextLength?: number;
  /** As the files name it, by an identifier of SPDX as a rule. */
  readonly licence?: string;
  /** Hex sha256 of the chat template’s text. */
  readonly chatTemplate?: string;
  /** An adapter’s base model, as the adapter names it. */
  readonly base?: string;
  /** An adapter’s rank. */
  readonly rank?: number;
  /** Modules of the base that an adapter changes. */
  readonly targetModules?: readonly string[];
}

/** A file that runs code when it is loaded. Told by format alone: nothing is ever found to be harmless. */
export interface CodeFile {
  /** Relative to the model. */
  readonly file: string;
  /** In a few words, as `pickle, by its name (.bin)`. */
  readonly why: string;
}
