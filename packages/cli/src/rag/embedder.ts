import { type CallOptions, IlabError } from '@ilab/sdk';
import * as v from 'valibot';
import { boundedText } from '../chat/client/bounded-text.ts';
import type { Speaker } from '../chat/client/chat-client.ts';

/** Makes vectors of texts, with one model. */
export type Embed = (texts: readonly string[], options: CallOptions) => Promise<readonly Float32Array[]>;

const answer = v.object({ data: v.array(v.object({ index: v.number(), embedding: v.pipe(v.array(v.number()), v.minLength(1), v.maxLength(65_536)) })) });

/** Bytes: a vector of the largest for each of a batch, in digits. */
const LARGEST = 64 * 1024 * 1024;

/**
 * Asks an endpoint for the vectors of texts; each has length 1, so that a product says how near two are.
 * @throws IlabError E_NETWORK; E_USAGE when it refuses a text, as one that is too long; E_ENGINE for anything else that is no answer
 */
export function createEmbedder({ endpoint, headers, model, endpoints }: Speaker): Embed {
  return async (texts, options) => {
    const body = JSON.stringify({ model, input: texts, encoding_format: 'float' });
    const request = { url: `${endpoint}/embeddings`, method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body } as const;
    const response = await endpoints.ask(request, options);
    const text = await boundedText(response.body, LARGEST);
    if (text === undefined) throw new IlabError('E_ENGINE', 'The answer is too long to be vectors.', { hint: 'Check the address.' });
    if (response.status === 400 || response.status === 413) throw new IlabError('E_USAGE', `${model} can’t embed that.`, { hint: 'It may be too long.' });
    if (response.status !== 200) {
      throw new IlabError('E_ENGINE', `${new URL(endpoint).host} makes no vectors with ${model} (${response.status}).`, {
        hint: 'Name a model that embeds: --embedding-model',
      });
    }
    const parsed = v.safeParse(answer, jsonOf(text));
    const vectors = parsed.success ? parsed.output.data.toSorted((a, b) => a.index - b.index).map(({ embedding }) => normal(embedding)) : [];
    if (vectors.length === texts.length) return vectors;
    throw new IlabError('E_ENGINE', `${new URL(endpoint).host} gave no vector for each text.`, { hint: 'Name a model that embeds: --embedding-model' });
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function normal(numbers: readonly number[]): Float32Array {
  const length = Math.hypot(...numbers) || 1;
  return Float32Array.from(numbers, (number) => number / length);
}
