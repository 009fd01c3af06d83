import type { LlamaConfig } from './read-config.ts';

/** What a tensor of transformers is in GGUF. */
export interface NamedTensor {
  readonly name: string;
  /** Slowest first. */
  readonly shape: readonly number[];
  /** Rows of a head, where they have to be put in another order; see `head-order.ts`. */
  readonly headRows?: number;
}

type Shape = (config: LlamaConfig) => readonly number[];

interface Part {
  readonly name: string;
  readonly shape: Shape;
  readonly isPermuted?: true;
}

const TOP: Readonly<Record<string, Part>> = {
  'model.embed_tokens': { name: 'token_embd', shape: ({ vocabulary, width }) => [vocabulary, width] },
  'model.norm': { name: 'output_norm', shape: ({ width }) => [width] },
  lm_head: { name: 'output', shape: ({ vocabulary, width }) => [vocabulary, width] },
};

/** Below `model.layers.N.` and `blk.N.`. */
const LAYER: Readonly<Record<string, Part>> = {
  input_layernorm: { name: 'attn_norm', shape: ({ width }) => [width] },
  'self_attn.q_proj': { name: 'attn_q', shape: ({ heads, headSize, width }) => [heads * headSize, width], isPermuted: true },
  'self_attn.k_proj': { name: 'attn_k', shape: ({ keyHeads, headSize, width }) => [keyHeads * headSize, width], isPermuted: true },
  'self_attn.v_proj': { name: 'attn_v', shape: ({ keyHeads, headSize, width }) => [keyHeads * headSize, width] },
  'self_attn.o_proj': { name: 'attn_output', shape: ({ heads, headSize, width }) => [width, heads * headSize] },
  post_attention_layernorm: { name: 'ffn_norm', shape: ({ width }) => [width] },
  'mlp.gate_proj': { name: 'ffn_gate', shape: ({ feedForward, width }) => [feedForward, width] },
  'mlp.up_proj': { name: 'ffn_up', shape: ({ feedForward, width }) => [feedForward, width] },
  'mlp.down_proj': { name: 'ffn_down', shape: ({ feedForward, width }) => [width, feedForward] },
};

/** A module, by its path without `.weight`; undefined for one that no Llama has. */
export function namedModule(module: string, config: LlamaConfig): NamedTensor | undefined {
  const layer = /^model\.layers\.(0|[1-9]\d{0,4})\.(.+)$/.exec(module);
  if (layer && Number(layer[1]) >= config.layers) return undefined;
  const table = layer ? LAYER : TOP;
  const path = layer?.[2] ?? module;
  const part = Object.hasOwn(table, path) ? table[path] : undefined;
  if (!part) return undefined;
  const { name, shape, isPermuted } = part;
  return { name: layer ? `blk.${layer[1]}.${name}` : name, shape: shape(config), ...(isPermuted && { headRows: config.headSize }) };
}

/** Every tensor that such a model has. */
export function expectedNames(config: LlamaConfig, { isTied }: { readonly isTied: boolean }): ReadonlySet<string> {
  const top = Object.values(TOP).filter(({ name }) => !(isTied && name === 'output'));
  const layers = Array.from({ length: config.layers }, (_, index) => Object.values(LAYER).map(({ name }) => `blk.${index}.${name}`));
  return new Set([...top.map(({ name }) => name), ...layers.flat()]);
}
