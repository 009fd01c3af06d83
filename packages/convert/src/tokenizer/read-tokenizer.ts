import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MetaValue } from '../gguf/header.ts';
import { refused } from '../refused.ts';
import { isObject, type JsonObject, readJson } from '../source/read-json.ts';
import { preTokenizerName } from './pre-tokenizers.ts';

/** llama.h, `llama_token_type`. */
const TYPES = { normal: 1, control: 3, userDefined: 4, unused: 5 } as const;

interface Vocabulary {
  readonly tokens: (string | undefined)[];
  readonly types: number[];
}

/**
 * A byte-level BPE tokenizer as GGUF keeps it, with the chat template.
 * @throws IlabError E_NOT_A_MODEL for any other, and one that is not known exactly
 */
export async function readTokenizer(
  directory: string,
  { vocabulary: size, json }: { readonly vocabulary: number; readonly json: JsonObject },
): Promise<ReadonlyMap<string, MetaValue>> {
  const tokenizer = await readJson(directory, 'tokenizer.json');
  if (!tokenizer) throw refused('there is no tokenizer.json');
  const config = (await readJson(directory, 'tokenizer_config.json')) ?? {};
  const model = isObject(tokenizer['model']) ? tokenizer['model'] : {};
  if (model['type'] !== 'BPE' || model['byte_fallback'] === true) throw refused('its tokenizer is no byte-level BPE');
  if ((tokenizer['normalizer'] ?? null) !== null) throw refused('its tokenizer changes text before it cuts it (normalizer)');
  for (const name of ['unk_token', 'continuing_subword_prefix', 'end_of_word_suffix']) {
    if (![null, undefined, ''].includes(model[name] as string | null | undefined)) throw refused(`its tokenizer has a ${name}`);
  }
  const pre = preTokenizerName(tokenizer['pre_tokenizer'], model);
  if (pre === undefined) throw refused('its pre-tokenizer is none of those known to the letter (gpt-2, llama-bpe)');
  const { tokens, types } = vocabularyOf(tokenizer, model, size);
  const idOf = (token: unknown): number | undefined => {
    const text = isObject(token) ? token['content'] : token;
    const id = typeof text === 'string' ? tokens.indexOf(text) : -1;
    return id < 0 ? undefined : id;
  };
  const ids = {
    bos: idOf(config['bos_token']) ?? idIn(json, 'bos_token_id'),
    eos: idOf(config['eos_token']) ?? idIn(json, 'eos_token_id'),
    padding: idOf(config['pad_token']),
  };
  const template = await chatTemplate(directory, config);
  return new Map<string, MetaValue>([
    ['tokenizer.ggml.model', { type: 'string', value: 'gpt2' }],
    ['tokenizer.ggml.pre', { type: 'string', value: pre }],
    ['tokenizer.ggml.tokens', { type: 'strings', value: tokens.map((token, id) => token ?? `[PAD${id}]`) }],
    ['tokenizer.ggml.token_type', { type: 'i32s', value: types }],
    ['tokenizer.ggml.merges', { type: 'strings', value: mergesOf(model) }],
    ...Object.entries(ids).flatMap(([name, id]) => (id === undefined ? [] : [[`tokenizer.ggml.${name}_token_id`, { type: 'u32', value: id }] as const])),
    ['tokenizer.ggml.add_bos_token', { type: 'bool', value: addsBos(config, tokenizer, idOf) }],
    ...(template === undefined ? [] : [['tokenizer.chat_template', { type: 'string', value: template }] as const]),
  ]);
}

function vocabularyOf(tokenizer: JsonObject, model: JsonObject, size: number): Vocabulary {
  const tokens: (string | undefined)[] = Array.from({ length: size }, () => undefined);
  const types = Array.from({ length: size }, (): number => TYPES.unused);
  const put = (token: unknown, id: unknown, type: number): void => {
    if (typeof token !== 'string' || typeof id !== 'number' || !Number.isInteger(id) || id < 0 || id >= size)
      throw refused('its vocabulary has a token that is out of place');
    if (tokens[id] !== undefined && tokens[id] !== token) throw refused(`its vocabulary has two tokens with the number ${id}`);
    tokens[id] = token;
    types[id] = type;
  };
  const { vocab } = model;
  if (!isObject(vocab)) throw refused('its tokenizer has no vocabulary');
  for (const [token, id] of Object.entries(vocab)) put(token, id, TYPES.normal);
  const added = Array.isArray(tokenizer['added_tokens']) ? tokenizer['added_tokens'] : [];
  for (const token of added.filter(isObject)) put(token['content'], token['id'], token['special'] === true ? TYPES.control : TYPES.userDefined);
  return { tokens, types };
}

/** As pairs, or as one text with a space between. */
function mergesOf({ merges }: JsonObject): readonly string[] {
  if (!Array.isArray(merges)) throw refused('its tokenizer has no merges');
  return merges.map((merge: unknown) => {
    const pair: unknown = typeof merge === 'string' ? merge.split(' ') : merge;
    if (Array.isArray(pair) && pair.length === 2 && pair.every((part) => typeof part === 'string' && part !== '' && !part.includes(' '))) return pair.join(' ');
    throw refused('its tokenizer has a merge that is no pair');
  });
}

function idIn(json: JsonObject, name: string): number | undefined {
  const value: unknown = Array.isArray(json[name]) ? json[name][0] : json[name];
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : undefined;
}

/** Where the configuration is silent, a template of the post-processor may put it there. */
function addsBos(config: JsonObject, tokenizer: JsonObject, idOf: (token: unknown) => number | undefined): boolean {
  if (typeof config['add_bos_token'] === 'boolean') return config['add_bos_token'];
  const bos = isObject(config['bos_token']) ? config['bos_token']['content'] : config['bos_token'];
  return idOf(bos) !== undefined && JSON.stringify(tokenizer['post_processor'] ?? null).includes(JSON.stringify({ id: bos }).slice(1, -1));
}

async function chatTemplate(directory: string, config: JsonObject): Promise<string | undefined> {
  const { chat_template: template } = config;
  if (typeof template === 'string') return template;
  if (Array.isArray(template)) {
    const named = template.filter(isObject).find(({ name }) => name === 'default')?.['template'];
    if (typeof named === 'string') return named;
  }
  return readFile(join(directory, 'chat_template.jinja'), 'utf8').catch(() => undefined);
}
