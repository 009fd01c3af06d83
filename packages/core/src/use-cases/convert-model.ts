import { IlabError } from '../errors/ilab-error.ts';
import type { Converter, GgufType } from '../ports/converter.ts';
import type { CallOptions } from '../ports/call-options.ts';
import type { Origins } from '../ports/origins.ts';
import type { Progress, ProgressTask } from '../ports/progress.ts';
import { type HoldDeps, holdModels } from './engines/hold-model.ts';
import type { ResolvedModel } from './resolve-model.ts';

export interface ConvertDeps extends HoldDeps {
  readonly converter: Converter;
  readonly origins: Origins;
  readonly progress: Progress;
}

export interface ConvertModelRequest {
  /** safetensors, or a LoRA adapter of PEFT. */
  readonly model: ResolvedModel;
  /** Of an adapter, the model that it is for. */
  readonly base?: ResolvedModel;
  readonly type: GgufType;
  /** A folder that is there, absolute. */
  readonly folder: string;
  /** Name of the file in it. */
  readonly file: string;
  /** Whether the folder is the result's own, and so gets the note of what it was made of. */
  readonly tracked: boolean;
}

export interface ConvertedModel {
  /** Absolute. */
  readonly path: string;
  /** Canonical reference, or path, of what it was made of. */
  readonly parent: string;
}

/**
 * Makes a GGUF file of a model, or an adapter, and notes what it was made of where it is tracked. What it is made of is leased meanwhile.
 * @throws IlabError E_USAGE for what is no safetensors; E_NOT_A_MODEL for what is not known exactly; E_INTEGRITY
 */
export async function convertModel(
  deps: ConvertDeps,
  { model, base, type, folder, file, tracked }: ConvertModelRequest,
  options: CallOptions,
): Promise<ConvertedModel> {
  const path = `${folder}/${file}`;
  let task: ProgressTask | undefined;
  const onProgress = ({ done, total }: { readonly done: number; readonly total: number }): void => {
    task ??= deps.progress.begin({ label: file, size: total });
    task.at(done);
  };
  const watching = { ...options, onProgress };
  let outcome: 'checked' | 'failed' = 'failed';
  const lease = await holdModels(deps, base ? [model, base] : [model], { purpose: 'convert' }, options);
  try {
    if (model.format === 'adapter') {
      if (!base) throw notSaidOfWhat(model);
      await deps.converter.adapter({ directory: model.path, base: base.path, destination: path }, watching);
    } else if (model.format === 'safetensors' || model.format === 'mixed') {
      await deps.converter.model({ directory: model.path, destination: path, type, name: model.name }, watching);
    } else throw notConvertible(model);
    const origin = { parent: model.name, by: 'convert', ...(model.revision !== undefined && { revision: model.revision }) };
    if (tracked) await deps.origins.note(folder, origin, options);
    outcome = 'checked';
    return { path, parent: model.name };
  } finally {
    task?.end(outcome);
    await lease.end();
  }
}

function notSaidOfWhat({ reference }: ResolvedModel): IlabError {
  return new IlabError('E_USAGE', `${reference} is an adapter, and it is not said of which model.`, {
    hint: `Name it: --model ${reference} --base-model MODEL`,
  });
}

function notConvertible({ reference, format, path }: ResolvedModel): IlabError {
  return new IlabError('E_USAGE', `${reference} is ${format}, and only safetensors are converted.`, {
    hint: format === 'gguf' ? `To quantise it further: llama-quantize ${path} OUT.gguf Q4_K_M` : 'Name a model with safetensors.',
  });
}
