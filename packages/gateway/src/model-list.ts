import { ApiError } from './api-error.ts';
import type { ServedEngine } from './served-engine.ts';

/** What lists models, and below it each has a path of its own. */
export const MODELS = '/v1/models';

/** What OpenAI's API tells of a model, under each name that it has here. */
export interface ListedModel {
  readonly id: string;
  readonly object: 'model';
  /** Seconds since 1970. */
  readonly created: number;
  readonly owned_by: 'ilab';
  /** In tokens, as vLLM tells it; absent where the engine does not say, or is not up. */
  readonly max_model_len?: number;
}

export function listModels(engines: readonly ServedEngine[], created: number): readonly ListedModel[] {
  return engines.flatMap((engine) => engine.names.map((id) => ({ id, object: 'model', created, owned_by: 'ilab', ...lengthOf(engine) }) as const));
}

/** Whether a path is that of one model. */
export function isModelPath(path: string): boolean {
  return path.startsWith(`${MODELS}/`);
}

/**
 * @param path as it was sent; slashes in the name may be written as `%2F`, and need not
 * @throws ApiError 404
 */
export function modelAt(path: string, engines: readonly ServedEngine[], created: number): ListedModel {
  const name = decoded(path.slice(MODELS.length + 1));
  const found = listModels(engines, created).find(({ id }) => id === name);
  if (found) return found;
  throw noSuchModel(engines, name);
}

/** Of several engines each is asked by name. @throws ApiError 404 */
export function engineFor(engines: readonly ServedEngine[], named: unknown): ServedEngine {
  const [only, ...others] = engines;
  if (named === undefined && only && others.length === 0) return only;
  const engine = typeof named === 'string' ? engines.find(({ names }) => names.includes(named)) : undefined;
  if (engine) return engine;
  throw noSuchModel(engines, named);
}

function noSuchModel(engines: readonly ServedEngine[], named: unknown): ApiError {
  const names = engines.map((one) => one.names[0]).join(', ');
  const asked = typeof named === 'string' ? `There is no model “${named.slice(0, 300)}” here.` : 'The request names no model.';
  return new ApiError(404, `${asked} There is: ${names}`, { code: 'model_not_found' });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function lengthOf(engine: ServedEngine): Pick<ListedModel, 'max_model_len'> {
  if (engine.state !== 'ready') return {};
  const { contextLength } = engine.session();
  return contextLength === undefined ? {} : { max_model_len: contextLength };
}
