import type { ConverterOptions } from '@ilab/core';
import type { MetaValue } from './gguf/header.ts';
import { type TensorToWrite, writeGguf } from './gguf/write-gguf.ts';
import { convertTensor } from './llama/convert-tensor.ts';
import { type LlamaConfig, readLlamaConfig } from './llama/read-config.ts';
import { namedModule } from './llama/tensor-names.ts';
import { inexpressible, refused } from './refused.ts';
import { openTensors, type SourceTensor } from './source/open-tensors.ts';
import { otherThan, positive } from './source/json-values.ts';
import { type JsonObject, readJson } from './source/read-json.ts';

export interface ConvertAdapterRequest {
  /** A folder as PEFT writes it. */
  readonly directory: string;
  /** The folder of the model that it is for: its shape decides the order of rows. */
  readonly base: string;
  /** The file to write; one that is there is replaced, when the new one is whole. */
  readonly destination: string;
}

const LORA = /^base_model\.model\.(.+)\.lora_(A|B)\.weight$/;
/** What changes how an adapter is applied, and the values with which it does not: GGUF has no word for the others. */
const MUST_BE: Readonly<Record<string, readonly unknown[]>> = {
  use_dora: [false, null, undefined],
  use_rslora: [false, null, undefined],
  bias: ['none', null, undefined],
  fan_in_fan_out: [false, null, undefined],
  modules_to_save: [null, undefined],
};

/**
 * Converts a LoRA adapter of a Llama to one GGUF file.
 * @throws IlabError E_NOT_A_MODEL for what is not known exactly, with what that is, and for what GGUF can't say; errors of the file system
 */
export async function convertAdapter({ directory, base, destination }: ConvertAdapterRequest, options: ConverterOptions = {}): Promise<void> {
  const adapter = await readJson(directory, 'adapter_config.json');
  if (adapter?.['peft_type'] !== 'LORA') throw inexpressible('it is no LoRA adapter');
  const other = otherThan(adapter, MUST_BE);
  if (other !== undefined) throw inexpressible(other);
  if (hasPattern(adapter, 'alpha_pattern')) throw inexpressible('it has an alpha_pattern');
  if (hasPattern(adapter, 'rank_pattern')) throw refused('it has a rank_pattern');
  const rank = positive(adapter, 'r');
  const config = readLlamaConfig(await readJson(base, 'config.json'));
  await using tensors = await openTensors(directory, ['adapter_model.safetensors']);
  const metadata = new Map<string, MetaValue>([
    ['general.architecture', { type: 'string', value: 'llama' }],
    ['general.type', { type: 'string', value: 'adapter' }],
    ['adapter.type', { type: 'string', value: 'lora' }],
    ['adapter.lora.alpha', { type: 'f32', value: positive(adapter, 'lora_alpha') }],
  ]);
  await writeGguf(destination, { metadata, tensors: convertAll(tensors.all, { config, rank }) }, options);
}

function hasPattern(adapter: JsonObject, name: string): boolean {
  return Object.keys((adapter[name] ?? {}) as object).length > 0;
}

function convertAll(all: readonly SourceTensor[], { config, rank }: { readonly config: LlamaConfig; readonly rank: number }): readonly TensorToWrite[] {
  const halves = new Map<string, number>();
  const converted = all.map((source) => {
    const [, module = '', half = ''] = LORA.exec(source.name) ?? [];
    const named = namedModule(module, config);
    if (!named) throw refused(`it has a tensor that belongs to no module of a Llama: ${source.name}`);
    const [rows, columns] = named.shape;
    const expected = half === 'A' ? [rank, columns] : [rows, rank];
    if (source.shape.join() !== expected.join()) throw refused(`${source.name} is ${source.shape.join(' × ')}, and should be ${expected.join(' × ')}`);
    halves.set(module, (halves.get(module) ?? 0) + 1);
    // What goes in is in the model's order; what comes out has the rows of the base, and has to follow it.
    const headRows = half === 'B' ? named.headRows : undefined;
    return convertTensor(source, { name: `${named.name}.weight.lora_${half.toLowerCase()}`, type: 'f32', headRows });
  });
  const single = [...halves].find(([, count]) => count !== 2);
  if (single || converted.length === 0) throw refused(single ? `${single[0]} has one half of an adapter` : 'it has no tensors');
  return converted;
}
