import { IlabError } from '../errors/ilab-error.ts';
import { type Converted, type Converter, type ConverterOptions, type GgufType, QUANTISATIONS, type Quantisation } from '../ports/converter.ts';
import type { CallOptions } from '../ports/call-options.ts';
import type { Origins } from '../ports/origins.ts';
import type { Progress, ProgressTask } from '../ports/progress.ts';
import { type HoldDeps, holdModels } from './engines/hold-model.ts';
import { ggufFile } from './gguf-file.ts';
import { modelFolder } from './model-folder.ts';
import type { ResolvedModel } from './resolve-model.ts';

export interface ConvertDeps extends HoldDeps {
  readonly converter: Converter;
  readonly origins: Origins;
  readonly progress: Progress;
}

export interface ConvertModelRequest {
  /** safetensors, or a LoRA adapter of PEFT; to be quantised also GGUF. */
  readonly model: ResolvedModel;
  /** Of an adapter, the model that it is for. */
  readonly base?: ResolvedModel;
  /** What the weights become; an adapter's stay exact. */
  readonly type: GgufType | Quantisation;
  /** A folder that is there, absolute. */
  readonly folder: string;
  /** Name of the file in it. */
  readonly file: string;
  /** Whether the folder is the result's own, and so gets the note of what it was made of. */
  readonly tracked: boolean;
}

export interface ConvertedModel extends Converted {
  /** Absolute. */
  readonly path: string;
  /** Canonical reference, or path, of what it was made of. */
  readonly parent: string;
}

/**
 * Makes a GGUF file of a model, or an adapter, and notes what it was made of where it is tracked. What it is made of is leased meanwhile.
 * @throws IlabError E_USAGE for what can't be converted; E_NOT_A_MODEL for what is not known exactly; E_INTEGRITY; as `Converter.model`
 */
export async function convertModel(deps: ConvertDeps, request: ConvertModelRequest, options: CallOptions): Promise<ConvertedModel> {
  const { model, base, folder, file, tracked } = request;
  const path = `${folder}/${file}`;
  let task: ProgressTask | undefined;
  const onProgress = ({ done, total }: { readonly done: number; readonly total: number }): void => {
    task ??= deps.progress.begin({ label: file, size: total });
    task.at(done);
  };
  let outcome: 'checked' | 'failed' = 'failed';
  const lease = await holdModels(deps, base ? [model, base] : [model], { purpose: 'convert' }, options);
  try {
    const converted = await convert(deps.converter, { ...request, path }, { ...options, onProgress });
    const origin = { parent: model.name, by: 'convert', ...(model.revision !== undefined && { revision: model.revision }) };
    if (tracked) await deps.origins.note(folder, origin, options);
    outcome = 'checked';
    return { path, parent: model.name, ...converted };
  } finally {
    task?.end(outcome);
    await lease.end();
  }
}

async function convert(
  converter: Converter,
  { model, base, type, path }: ConvertModelRequest & { readonly path: string },
  options: ConverterOptions,
): Promise<Converted> {
  if (model.format === 'gguf' && isQuantisation(type)) {
    await converter.quantise({ file: ggufFile(model), destination: path, type }, options);
    return { by: 'llama.cpp' };
  }
  const from = { directory: modelFolder(model), destination: path };
  if (model.format === 'adapter') {
    if (!base) throw notSaidOfWhat(model);
    if (isQuantisation(type)) throw staysExact(model);
    return converter.adapter({ ...from, base: modelFolder(base) }, options);
  }
  if (model.format === 'safetensors' || model.format === 'mixed') return converter.model({ ...from, type, name: model.name }, options);
  throw notConvertible(model);
}

function isQuantisation(type: GgufType | Quantisation): type is Quantisation {
  return (QUANTISATIONS as readonly string[]).includes(type);
}

function notSaidOfWhat({ reference }: ResolvedModel): IlabError {
  return new IlabError('E_USAGE', `${reference} is an adapter, and it is not said of which model.`, {
    hint: `Name it: --model ${reference} --base-model MODEL`,
  });
}

function staysExact({ reference }: ResolvedModel): IlabError {
  return new IlabError('E_USAGE', `${reference} is an adapter, which is small and stays exact.`, { hint: 'Leave out --quantize.' });
}

function notConvertible({ reference, format }: ResolvedModel): IlabError {
  return new IlabError('E_USAGE', `${reference} is ${format}, and only safetensors are converted.`, {
    hint: format === 'gguf' ? `To quantise it further: ilab model convert --model ${reference} --quantize Q4_K_M` : 'Name a model with safetensors.',
  });
}
