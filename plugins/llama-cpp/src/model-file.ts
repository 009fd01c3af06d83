import { join } from 'node:path';
import { type EngineAdapter, type EngineModel, IlabError } from '@ilab/plugin-api';

/** A model in several files, as llama.cpp splits them: the first leads to the others. */
const PART = /-(\d{5})-of-\d{5}\.gguf$/i;
/** What makes a model see; it is none by itself. */
const PROJECTOR = /mmproj/i;

/** The GGUF file to load. @throws IlabError E_NOT_A_MODEL, E_USAGE where several could be meant */
export function modelFile({ path, files }: Pick<EngineModel, 'path' | 'files'>): string {
  return join(path, relativeFile({ path, files }) ?? '');
}

/** The GGUF file of an adapter, which may have its weights for PEFT beside it; undefined where it has none, or several. */
export function adapterFile({ path, files }: EngineAdapter): string | undefined {
  if (isGguf(path)) return path;
  const [only, another] = files.filter(isGguf);
  return only === undefined || another !== undefined ? undefined : join(path, only);
}

function isGguf(path: string): boolean {
  return /\.gguf$/i.test(path);
}

/** Every file of the model. */
export function modelFiles(model: Pick<EngineModel, 'path' | 'files'>): readonly string[] {
  const first = relativeFile(model);
  if (first === undefined) return [model.path];
  const stem = first.replace(PART, '');
  return model.files.filter((file) => file === first || (PART.test(file) && file.replace(PART, '') === stem)).map((file) => join(model.path, file));
}

/** @returns undefined where `path` is the file */
function relativeFile({ path, files }: Pick<EngineModel, 'path' | 'files'>): string | undefined {
  if (isGguf(path) && files.length <= 1) return undefined;
  const candidates = files.filter((file) => isGguf(file) && !PROJECTOR.test(file) && (PART.exec(file)?.[1] ?? '00001') === '00001');
  const [only, another] = candidates;
  if (only === undefined) throw new IlabError('E_NOT_A_MODEL', `There is no GGUF file in ${path}.`, { hint: 'Convert it: ilab model convert --help' });
  if (another !== undefined) {
    throw new IlabError('E_USAGE', `There are several models in ${path}: ${candidates.slice(0, 5).join(', ')}.`, {
      hint: `Name one, with its file after a “#”, or by its path: --model ${join(path, only)}`,
    });
  }
  return only;
}
