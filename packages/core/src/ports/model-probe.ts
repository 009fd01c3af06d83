import type { ModelFormat } from '../model/stored.ts';
import type { CallOptions } from './call-options.ts';

/** What is at a path. */
export type ProbeResult =
  /** `path` is absolute and real. `base` is an adapter's base model as it names it. */
  | { readonly kind: 'model'; readonly path: string; readonly format: ModelFormat; readonly files: readonly string[]; readonly base?: string }
  /** `reason` says what is missing, for example `config.json` or a shard, or which header is broken, how and at which byte. */
  | { readonly kind: 'not-a-model'; readonly path: string; readonly reason: string }
  | { readonly kind: 'missing'; readonly path: string };

/** Tells models from other files. */
export interface ModelProbe {
  /**
   * Looks at an absolute path, a path relative to the caller's working directory, or one under `~`. A model is: a safetensors
   * directory with its `config.json` and all shards, a GGUF file, a directory with one GGUF or one whole split set, a LoRA
   * adapter directory or GGUF; its headers are sound, with all tensors inside their files. Weights are not read.
   * @throws IlabError E_STORE when it can't be read (permissions)
   */
  probe(path: string, options: CallOptions): Promise<ProbeResult>;
}
