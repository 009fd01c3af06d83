import { IlabError } from '@ilab/plugin-api';

/** The error for what is there and names no files of a model. */
export function notAModel(
  canonical: string,
  hint = 'A model is an artifact whose layers are named files, or an image with its files under /models (ModelCar).',
): IlabError {
  return new IlabError('E_NOT_A_MODEL', `${canonical} names no files: it is no model.`, { hint });
}
