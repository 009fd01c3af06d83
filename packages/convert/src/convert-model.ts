import type { ConverterOptions, GgufType } from '@ilab/core';
import type { MetaValue } from './gguf/header.ts';
import { type TensorToWrite, writeGguf } from './gguf/write-gguf.ts';
import { convertTensor } from './llama/convert-tensor.ts';
import { type LlamaConfig, readLlamaConfig } from './llama/read-config.ts';
import { expectedNames, namedModule } from './llama/tensor-names.ts';
import { refused } from './refused.ts';
import { openTensors, type SourceTensor } from './source/open-tensors.ts';
import { readJson } from './source/read-json.ts';
import { readTokenizer } from './tokenizer/read-tokenizer.ts';
import { TYPE_FACTS, typeOf } from './values/target-types.ts';

export interface ConvertModelRequest {
  /** A folder as transformers writes it. */
  readonly directory: string;
  /** The file to write; one that is there is replaced, when the new one is whole. */
  readonly destination: string;
  readonly type: GgufType;
  /** For people: `general.name`. */
  readonly name: string;
}

/** Tables that are computed again. */
const LEFT_OUT = /\.rotary_emb\.inv_freq$/;

/**
 * Converts a model to one GGUF file.
 * @throws IlabError E_NOT_A_MODEL for what is not known exactly, with what that is; errors of the file system
 */
export async function convertModel({ directory, destination, type, name }: ConvertModelRequest, options: ConverterOptions = {}): Promise<void> {
  const config = readLlamaConfig(await readJson(directory, 'config.json'));
  const tokenizer = await readTokenizer(directory, config);
  await using tensors = await openTensors(directory, ['model.safetensors']);
  const converted = convertAll(tensors.all, { config, type });
  await writeGguf(destination, { metadata: new Map([...metadataOf(config, { type, name }), ...tokenizer]), tensors: converted }, options);
}

function convertAll(all: readonly SourceTensor[], { config, type }: { readonly config: LlamaConfig; readonly type: GgufType }): readonly TensorToWrite[] {
  // With tied embeddings llama.cpp takes those for the output, where it has no other.
  const isTied = config.json['tie_word_embeddings'] === true;
  const kept = all.filter(({ name }) => !LEFT_OUT.test(name) && !(isTied && name === 'lm_head.weight'));
  const missing = new Set(expectedNames(config, { isTied }));
  const converted = kept.map((source) => {
    const named = source.name.endsWith('.weight') ? namedModule(source.name.slice(0, -'.weight'.length), config) : undefined;
    if (!named) throw refused(`it has a tensor that no Llama has: ${source.name}`);
    if (named.shape.join() !== source.shape.join()) throw refused(`${source.name} is ${source.shape.join(' × ')}, and should be ${named.shape.join(' × ')}`);
    missing.delete(named.name);
    return convertTensor(source, { name: `${named.name}.weight`, type: typeOf(source.shape, type), headRows: named.headRows });
  });
  const [lacking] = missing;
  if (lacking !== undefined) throw refused(`it lacks a tensor: ${lacking}`);
  return converted;
}

function metadataOf(config: LlamaConfig, { type, name }: Pick<ConvertModelRequest, 'type' | 'name'>): readonly (readonly [string, MetaValue])[] {
  const u32 = (value: number): MetaValue => ({ type: 'u32', value });
  const f32 = (value: number): MetaValue => ({ type: 'f32', value });
  const text = (value: string): MetaValue => ({ type: 'string', value });
  return [
    ['general.architecture', text('llama')],
    ['general.type', text('model')],
    ['general.name', text(name)],
    ['general.file_type', u32(TYPE_FACTS[type].file)],
    ['llama.vocab_size', u32(config.vocabulary)],
    ['llama.context_length', u32(config.positions)],
    ['llama.embedding_length', u32(config.width)],
    ['llama.block_count', u32(config.layers)],
    ['llama.feed_forward_length', u32(config.feedForward)],
    ['llama.attention.head_count', u32(config.heads)],
    ['llama.attention.head_count_kv', u32(config.keyHeads)],
    ['llama.attention.key_length', u32(config.headSize)],
    ['llama.attention.value_length', u32(config.headSize)],
    ['llama.rope.dimension_count', u32(config.headSize)],
    ['llama.rope.freq_base', f32(config.ropeBase)],
    ['llama.attention.layer_norm_rms_epsilon', f32(config.epsilon)],
  ];
}
