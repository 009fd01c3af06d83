import { type CallOptions, type Endpoints, type HttpStream, IlabError, isIlabError } from '@ilab/sdk';
import { boundedText } from './bounded-text.ts';
import type { Message, Piece, Sampling } from './message.ts';
import { readEvents } from './read-events.ts';
import { messageOf, readPieces } from './read-piece.ts';
import { createThoughtSplitter } from './split-thoughts.ts';

/** Where a model answers. */
export interface Speaker {
  /** Ends in `/v1`, without a slash after it. */
  readonly endpoint: string;
  /** For exactly the origin of `endpoint`; never shown. */
  readonly headers: Readonly<Record<string, string>>;
  /** As the endpoint calls it. */
  readonly model: string;
  /** The way there. */
  readonly endpoints: Endpoints;
}

/** A client of OpenAI's API, as far as a chat needs it. */
export interface ChatClient {
  /** @throws IlabError E_NETWORK, E_UNAUTHORIZED, E_RATE_LIMITED, E_ENGINE */
  answer(messages: readonly Message[], sampling: Sampling, options: CallOptions): AsyncGenerator<Piece, void>;
  /** Tokens of a conversation, as the server counts them; undefined where it does not. */
  countTokens(messages: readonly Message[], options: CallOptions): Promise<number | undefined>;
}

export function createChatClient({ endpoint, headers, model, endpoints }: Speaker): ChatClient {
  const post = (url: string, body: object, options: CallOptions): Promise<HttpStream> =>
    endpoints.ask({ url, method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify({ model, ...body }) }, options);

  return {
    async *answer(messages, sampling, options) {
      const response = await post(`${endpoint}/chat/completions`, { messages, ...sampling, stream: true, stream_options: { include_usage: true } }, options);
      if (response.status !== 200) throw await refusal(response);
      const splitter = createThoughtSplitter();
      try {
        for await (const event of readEvents(response.body)) {
          for (const piece of readPieces(event)) {
            if (piece.type === 'text') yield* splitter.push(piece.text);
            else yield piece;
          }
        }
      } catch (cause) {
        options.signal?.throwIfAborted();
        if (isIlabError(cause) && cause.code === 'E_NETWORK')
          throw new IlabError('E_NETWORK', 'The answer broke off.', { hint: 'Ask again; the server may have ended.', retryable: true, cause });
        throw cause;
      }
      yield* splitter.end();
    },
    async countTokens(messages, options) {
      const response = await post(new URL('tokenize', endpoint.replace(/v1$/, '')).href, { messages }, options);
      if (response.status !== 200) {
        await response.cancel();
        return undefined;
      }
      const { count } = Object(jsonOf(await boundedText(response.body, LONGEST_COUNT))) as { readonly count?: unknown };
      return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? count : undefined;
    },
  };
}

const LONGEST_REFUSAL = 64 * 1024;
/** Bytes: the tokens themselves come with their number. */
const LONGEST_COUNT = 64 * 1024 * 1024;

async function refusal({ status, url, body }: HttpStream): Promise<IlabError> {
  const { error, message } = Object(jsonOf(await boundedText(body, LONGEST_REFUSAL))) as { readonly error?: unknown; readonly message?: unknown };
  const said = messageOf(error ?? message);
  const host = URL.parse(url)?.host ?? 'The server';
  if (status === 401 || status === 403)
    return new IlabError('E_UNAUTHORIZED', `${host} does not let us in (${status}): ${said}`, { hint: 'See docs/chatting.md on keys of endpoints.' });
  if (status === 429) return new IlabError('E_RATE_LIMITED', `${host} has too much to do: ${said}`, { hint: 'Ask again later.', retryable: true });
  if (status === 404)
    return new IlabError('E_NOT_FOUND', `${host} does not have that model: ${said}`, {
      hint: `See what it has: ${url.replace(/chat\/completions$/, 'models')}`,
    });
  return new IlabError('E_ENGINE', `${host} answered ${status}: ${said}`, { hint: 'Change what is asked for, or ask again.' });
}

function jsonOf(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
