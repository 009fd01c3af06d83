import type { ModelFacts } from '@ilab/core/adapter';
import type { SafetensorsHeader } from '../safetensors/read-safetensors.ts';
import { majority, total } from './majority.ts';
import { count, isObject, type Json, known, label, sha256 } from './text.ts';

/** What lies beside the weights, each as far as it is there. */
export interface Companions {
  /** `config.json`. */
  readonly config?: Json | undefined;
  /** `tokenizer_config.json`. */
  readonly tokenizer?: Json | undefined;
  /** `chat_template.jinja`. */
  readonly template?: string | undefined;
  /** `README.md`. */
  readonly readme?: string | undefined;
}

/** What a safetensors model tells: the headers of all its shards, and the configuration beside them. */
export function safetensorsFacts(headers: readonly SafetensorsHeader[], { config = {}, tokenizer = {}, template, readme }: Companions): ModelFacts {
  const tensors = headers.flatMap((header) => header.tensors);
  const dtype = majority(tensors, (tensor) => tensor.dtype);
  const chat = template ?? templateOf(tokenizer['chat_template']);
  return known<ModelFacts>({
    architecture: label(Array.isArray(config['architectures']) ? config['architectures'][0] : undefined) ?? label(config['model_type']),
    // Where most are integers several weights are packed into each.
    parameters: dtype !== undefined && /^[UI]\d/.test(dtype) ? undefined : total(tensors),
    quantisation: methodOf(config['quantization_config']) ?? dtype,
    contextLength: contextLength(config),
    licence: licenceOf(readme),
    chatTemplate: chat === undefined ? undefined : sha256(chat),
  });
}

/** What `adapter_config.json` tells. */
export function adapterFacts(config: Json): ModelFacts {
  const modules = config['target_modules'];
  const named = (Array.isArray(modules) ? modules : [modules]).flatMap((name) => label(name) ?? []);
  return known<ModelFacts>({
    base: label(config['base_model_name_or_path']),
    rank: count(config['r']),
    targetModules: named.length > 0 ? named : undefined,
  });
}

function methodOf(quantisation: unknown): string | undefined {
  return isObject(quantisation) ? label(quantisation['quant_method']) : undefined;
}

function contextLength(config: Json): number | undefined {
  const inner = config['text_config'];
  const places = [config, ...(isObject(inner) ? [inner] : [])];
  const keys = ['max_position_embeddings', 'n_positions', 'max_sequence_length', 'seq_length'];
  return places.flatMap((place) => keys.flatMap((key) => count(place[key]) ?? []))[0];
}

/** One template, or several by name. */
function templateOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return undefined;
  const chosen: unknown = value.find((entry) => isObject(entry) && entry['name'] === 'default') ?? value[0];
  return isObject(chosen) && typeof chosen['template'] === 'string' ? chosen['template'] : undefined;
}

/** `license:` of a model card’s front matter. */
function licenceOf(readme: string | undefined): string | undefined {
  if (readme === undefined) return undefined;
  const [opening, ...lines] = readme.slice(0, 64 * 1024).split(/\r?\n/);
  if (opening !== '---') return undefined;
  const line = lines.slice(0, Math.max(0, lines.indexOf('---'))).find((text) => text.startsWith('license:'));
  return label(line?.slice('license:'.length).replaceAll(/["']/g, ''));
}
