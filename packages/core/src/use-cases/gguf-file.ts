import { IlabError } from '../errors/ilab-error.ts';
import type { ResolvedModel } from './resolve-model.ts';

const FIRST_PART = '00001';
/** What makes a model see; it is none by itself. */
const PROJECTOR = /mmproj/i;

/** The GGUF file of a model, of one in several the first. @throws IlabError E_USAGE where several could be meant, E_NOT_A_MODEL for none */
export function ggufFile({ reference, path, files }: Pick<ResolvedModel, 'reference' | 'path' | 'files'>): string {
  if (/\.gguf$/i.test(path)) return path;
  const candidates = files.filter(
    (file) => /\.gguf$/i.test(file) && !PROJECTOR.test(file) && (/-(\d{5})-of-\d{5}\.gguf$/i.exec(file)?.[1] ?? FIRST_PART) === FIRST_PART,
  );
  const [only, another] = candidates;
  if (only === undefined) throw new IlabError('E_NOT_A_MODEL', `There is no GGUF file in ${path}.`, { hint: 'Name a model that has one.' });
  if (another !== undefined) {
    throw new IlabError('E_USAGE', `There are several models in ${reference}: ${candidates.slice(0, 5).join(', ')}.`, {
      hint: `Name one by its path: --model ${path}/${only}`,
    });
  }
  return `${path}/${only}`;
}
