import { type CallOptions, type Endpoints, IlabError } from '@ilab/plugin-api';

/** A model as an endpoint lists it. */
export interface ListedModel {
  readonly id: string;
  /** As vLLM tells it. */
  readonly contextLength?: number;
}

const PATIENCE = 15_000;
const LARGEST = 8 * 1024 * 1024;

/**
 * Asks an endpoint which models it has, which shows that it is there and lets us in.
 * @returns undefined where it has no such list
 * @throws IlabError E_NETWORK, E_UNAUTHORIZED, E_ENGINE
 */
export async function readModels(
  endpoints: Endpoints,
  { endpoint, headers }: { readonly endpoint: URL; readonly headers: Readonly<Record<string, string>> },
  { signal }: CallOptions,
): Promise<readonly ListedModel[] | undefined> {
  const patience = AbortSignal.timeout(PATIENCE);
  try {
    const answer = await endpoints.ask({ url: `${endpoint.href}/models`, headers }, { signal: signal ? AbortSignal.any([signal, patience]) : patience });
    if (answer.status === 200) return listOf(await boundedText(answer.body));
    await answer.cancel();
    if (answer.status === 404) return undefined;
    throw refused(endpoint, answer.status);
  } catch (cause) {
    signal?.throwIfAborted();
    if (!patience.aborted) throw cause;
    throw new IlabError('E_NETWORK', `${endpoint.origin} does not answer.`, { hint: 'Is the server running, and the address right?', retryable: true, cause });
  }
}

function refused({ origin }: URL, status: number): IlabError {
  if (status === 401 || status === 403) {
    return new IlabError('E_UNAUTHORIZED', `${origin} lets only those in who have a key (${status}).`, {
      hint: `Set OPENAI_API_KEY, and OPENAI_BASE_URL to this server, so that it goes to no other.`,
    });
  }
  return new IlabError('E_ENGINE', `${origin} answered ${status} instead of a list of its models.`, {
    hint: 'Is it an endpoint with OpenAI’s API? Try its address with /v1.',
  });
}

async function boundedText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > LARGEST) throw new IlabError('E_ENGINE', 'The endpoint’s list of models is too long to be one.', { hint: 'Check the address.' });
  }
  return text;
}

function listOf(text: string): readonly ListedModel[] {
  const value = parsed(text);
  const data = typeof value === 'object' && value !== null && 'data' in value ? value.data : undefined;
  if (!Array.isArray(data)) throw new IlabError('E_ENGINE', 'The endpoint’s list of models is none.', { hint: 'Try its address with /v1.' });
  return data.flatMap((model: unknown) => {
    const { id, max_model_len: length } = Object(model) as { readonly id?: unknown; readonly max_model_len?: unknown };
    if (typeof id !== 'string') return [];
    return [{ id, ...(Number.isSafeInteger(length) && Number(length) > 0 && { contextLength: Number(length) }) }];
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
