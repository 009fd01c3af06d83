/** What the child is started with, sent once as its first message: so the key is in no command line and no environment. */
export interface ChildConfig {
  /** Folder whose `node_modules` has node-llama-cpp. */
  readonly packages: string;
  /** A GGUF file; of a model in several the first. */
  readonly modelPath: string;
  readonly names: readonly string[];
  readonly adapters: readonly { readonly names: readonly string[]; readonly path: string }[];
  /** What whoever asks has to show. */
  readonly key: string;
  /** Tokens of one conversation; absent: as the model says, within reason. */
  readonly contextLength?: number;
  /** Conversations at the same time. */
  readonly slots: number;
  readonly threads: number;
  /** Whether there is a build for a GPU. */
  readonly gpu: boolean;
  /** Layers on a GPU; absent: as many as fit. */
  readonly gpuLayers?: number;
  /** Text of a Jinja template. */
  readonly chatTemplate?: string;
}

/** What the child says: once, whether it can be asked. */
export type ChildMessage =
  | { readonly kind: 'ready'; readonly port: number; readonly contextLength: number }
  | { readonly kind: 'failed'; readonly code: 'E_NOT_A_MODEL' | 'E_NO_MEMORY' | 'E_ENGINE'; readonly message: string };
