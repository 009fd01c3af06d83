import { otherThan, positive, whole } from '../source/json-values.ts';
import { isObject, type JsonObject } from '../source/read-json.ts';
import { refused } from '../refused.ts';

/** The shape of a Llama, as `config.json` has it. */
export interface LlamaConfig {
  readonly layers: number;
  readonly width: number;
  readonly feedForward: number;
  readonly heads: number;
  readonly keyHeads: number;
  readonly headSize: number;
  readonly vocabulary: number;
  /** In tokens. */
  readonly positions: number;
  readonly epsilon: number;
  readonly ropeBase: number;
  readonly json: JsonObject;
}

const ARCHITECTURES = ['LlamaForCausalLM', 'MistralForCausalLM'];
/** What changes the computation, and the value with which it does not. */
const MUST_BE: Readonly<Record<string, readonly unknown[]>> = {
  hidden_act: ['silu', undefined],
  attention_bias: [false, undefined],
  mlp_bias: [false, undefined],
  sliding_window: [null, undefined],
  quantization_config: [null, undefined],
  num_local_experts: [null, undefined, 0],
  embedding_multiplier: [null, undefined, 1],
  residual_multiplier: [null, undefined, 1],
  attention_multiplier: [null, undefined, 1],
  logits_scaling: [null, undefined, 1],
};
/** As transformers has it where a file says nothing. */
const ROPE_BASE = 10_000;

/** @throws IlabError E_NOT_A_MODEL for what is not known exactly */
export function readLlamaConfig(json: JsonObject | undefined): LlamaConfig {
  if (!json) throw refused('there is no config.json');
  const architecture = Array.isArray(json['architectures']) ? json['architectures'][0] : undefined;
  if (!ARCHITECTURES.includes(String(architecture)))
    throw refused(`its architecture is ${String(architecture).slice(0, 100)}, and those known are ${ARCHITECTURES.join(' and ')}`);
  const other = otherThan(json, MUST_BE);
  if (other !== undefined) throw refused(other);
  const width = whole(json, 'hidden_size');
  const heads = whole(json, 'num_attention_heads');
  const headSize = json['head_dim'] === undefined || json['head_dim'] === null ? width / heads : whole(json, 'head_dim');
  if (!Number.isInteger(headSize) || headSize % 2 !== 0) throw refused(`its heads have ${headSize} numbers`);
  return {
    ...{ width, heads, headSize, json },
    layers: whole(json, 'num_hidden_layers'),
    feedForward: whole(json, 'intermediate_size'),
    keyHeads: json['num_key_value_heads'] === undefined || json['num_key_value_heads'] === null ? heads : whole(json, 'num_key_value_heads'),
    vocabulary: whole(json, 'vocab_size'),
    positions: whole(json, 'max_position_embeddings'),
    epsilon: positive(json, 'rms_norm_eps'),
    ropeBase: ropeBase(json),
  };
}

/** Since transformers 5 it may stand in `rope_parameters`. */
function ropeBase(json: JsonObject): number {
  const parameters = json['rope_parameters'] ?? json['rope_scaling'] ?? {};
  const type = isObject(parameters) ? (parameters['rope_type'] ?? parameters['type'] ?? 'default') : undefined;
  if (type !== 'default') throw refused(`it has RoPE scaling: ${JSON.stringify(parameters).slice(0, 200)}`);
  const inside = isObject(parameters) ? parameters['rope_theta'] : undefined;
  if (inside !== undefined && json['rope_theta'] !== undefined && inside !== json['rope_theta']) throw refused('it says two values of rope_theta');
  if (inside === undefined && json['rope_theta'] === undefined) return ROPE_BASE;
  return positive({ rope_theta: inside ?? json['rope_theta'] }, 'rope_theta');
}
