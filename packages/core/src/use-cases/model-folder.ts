import { IlabError } from '../errors/ilab-error.ts';
import { encodeFilePath } from '../model/file-path.ts';
import type { ResolvedModel } from './resolve-model.ts';

/** What makes a folder one of a model, or of an adapter. */
const CONFIG = { model: 'config.json', adapter: 'adapter_config.json' } as const;

/**
 * The folder with a model's configuration and weights: that of the model itself, or the only one below it, as in a repository that keeps them
 * in `safetensors/`. Where there is none, whoever reads the model says what is missing.
 * @throws IlabError E_USAGE where several could be meant
 */
export function modelFolder({ reference, path, files, format }: Pick<ResolvedModel, 'reference' | 'path' | 'files' | 'format'>): string {
  const config = CONFIG[format === 'adapter' ? 'adapter' : 'model'];
  const weights = new Set(files.filter((file) => file.endsWith('.safetensors')).map(folderOf));
  const folders = files
    .filter((file) => file === `${folderOf(file)}${config}`)
    .map(folderOf)
    .filter((folder) => weights.has(folder))
    .toSorted();
  const [only, another] = folders;
  if (only === undefined || only === '') return path;
  const placeOf = (folder: string): string => `${path}/${encodeFilePath(folder.slice(0, -1))}`;
  if (another === undefined) return placeOf(only);
  const names = folders.slice(0, 5).map((folder) => folder.slice(0, -1));
  throw new IlabError('E_USAGE', `There are several models in ${reference}: ${names.join(', ')}.`, {
    hint: `Name one by its path: --model ${placeOf(only)}`,
    details: { folders: folders.map((folder) => folder.slice(0, -1)) },
  });
}

function folderOf(file: string): string {
  return file.slice(0, file.lastIndexOf('/') + 1);
}
