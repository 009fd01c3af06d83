import {
  type CallOptions,
  type Engine,
  type EngineContext,
  type EngineEnd,
  type EngineFit,
  type EngineRequest,
  type EngineSession,
  IlabError,
  isIlabError,
} from '@ilab/plugin-api';
import { parseEndpoint } from './endpoint.ts';
import { keyFor } from './key-for.ts';
import { readModels } from './read-models.ts';

/** Speaks to somebody's server: nothing is started, and nothing ends with the session. */
export function createEndpointEngine(context: EngineContext): Engine {
  return {
    name: 'openai',
    fit: ({ endpoint }) => Promise.resolve(fitOf(endpoint)),
    start: (request, options) => connect(context, request, options),
  };
}

function fitOf(endpoint: string | undefined): EngineFit {
  if (endpoint === undefined) return { fits: false, because: 'No endpoint is named.', hint: 'Name one with --endpoint-url.' };
  try {
    return { fits: true, because: `It is at ${parseEndpoint(endpoint).host}.` };
  } catch (error) {
    if (isIlabError(error)) return { fits: false, because: error.message, hint: error.hint ?? '' };
    throw error;
  }
}

async function connect(context: EngineContext, { endpoint: typed, model }: EngineRequest, options: CallOptions): Promise<EngineSession> {
  if (typed === undefined) throw new IlabError('E_USAGE', 'No endpoint is named.', { hint: 'Name one with --endpoint-url.' });
  const endpoint = parseEndpoint(typed);
  const key = await keyFor(endpoint, context, options);
  const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const models = await readModels(context.endpoints, { endpoint, headers }, options);
  const [name = ''] = model.names;
  const listed = models?.find(({ id }) => id === name);
  if (models && !listed) context.logger.warn(`${endpoint.host} does not list a model ${name}; it is asked for all the same.`);
  const { promise: ended, resolve } = Promise.withResolvers<EngineEnd>();
  return {
    endpoint: endpoint.href,
    headers,
    ...(listed?.contextLength !== undefined && { contextLength: listed.contextLength }),
    ended,
    end: async () => resolve({ asked: true, because: 'It was let go; the server goes on.' }),
  };
}
