import { ApiError } from './api-error.ts';
import { chatCompletion } from './chat/chat-completion.ts';
import { completion } from './completions/completion.ts';
import { createEmbedder } from './embeddings.ts';
import type { Body } from './fields.ts';
import type { Routes } from './http-server.ts';
import type { Loaded } from './load.ts';
import type { Slots } from './slots.ts';
import { detokenize, tokenize, tokenizerInfo } from './tokens.ts';

/** What a request works with. */
export interface Asked {
  readonly loaded: Loaded;
  /** As it was asked for. */
  readonly name: string;
  readonly slots: Slots;
  /** Seconds since 1970. */
  readonly created: number;
}

/** OpenAI's API, and what vLLM and lm-eval have beside it. */
export function createApi(loaded: Loaded): Routes {
  const embed = createEmbedder(loaded);
  const started = seconds();
  return {
    'GET /health': () => ({ status: 'ok' }),
    'GET /v1/models': () => ({
      object: 'list',
      data: [...loaded.slots.keys()].map((id) => ({ id, object: 'model', created: started, owned_by: 'ilab', max_model_len: loaded.contextLength })),
    }),
    'POST /v1/chat/completions': (call) => chatCompletion(talkedTo(loaded, call.body), call),
    'POST /v1/completions': (call) => completion(talkedTo(loaded, call.body), call),
    'POST /v1/embeddings': (call) => embed(askedOf(loaded, call.body).name, call),
    'POST /tokenize': ({ body }) => tokenize(loaded, body),
    'POST /detokenize': ({ body }) => detokenize(loaded, body),
    'GET /tokenizer_info': () => tokenizerInfo(loaded),
  };
}

/** @throws ApiError 404 */
function askedOf(loaded: Loaded, { model }: Body): Asked {
  const name = typeof model === 'string' ? model : '';
  const slots = loaded.slots.get(name);
  if (!slots) throw new ApiError(404, `There is no model “${name.slice(0, 300)}” here.`, { param: 'model', code: 'model_not_found' });
  return { loaded, name, slots, created: seconds() };
}

/** @throws ApiError 400, 404 */
function talkedTo(loaded: Loaded, body: Body): Asked {
  const asked = askedOf(loaded, body);
  if (loaded.talks) return asked;
  throw new ApiError(400, 'This model makes vectors of texts (/v1/embeddings), and says nothing.', { param: 'model' });
}

function seconds(): number {
  return Math.floor(Date.now() / 1000);
}
