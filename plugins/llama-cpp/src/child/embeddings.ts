import { ApiError, badRequest } from './api-error.ts';
import { type Body, refuse } from './fields.ts';
import type { Call } from './http-server.ts';
import type { EmbeddingContext, Token } from './llama.ts';
import type { Loaded } from './load.ts';
import { refuseTooLong } from './text-bounds.ts';
import { isTokens } from './token-list.ts';

const MOST_INPUTS = 2048;

/** `POST /v1/embeddings`: its context is made when it is first asked for. */
export function createEmbedder(loaded: Loaded): (name: string, call: Pick<Call, 'body' | 'signal'>) => Promise<object> {
  const { model, contextLength, threads } = loaded;
  let context: Promise<EmbeddingContext> | undefined;
  return async (name, { body, signal }) => {
    const inputs = inputsOf(body, loaded);
    const format = body['encoding_format'] ?? 'float';
    if (format !== 'float' && format !== 'base64') throw badRequest('“encoding_format” is neither float nor base64.', 'encoding_format');
    // To cut vectors short takes a model that was made for it.
    refuse(body, 'dimensions', (count) => count === model.embeddingVectorSize);
    context ??= model.createEmbeddingContext({ contextSize: contextLength, threads });
    const embedding = await context;
    let used = 0;
    const data: object[] = [];
    for (const [index, input] of inputs.entries()) {
      if (typeof input === 'string') await refuseTooLong([input], loaded, { param: 'input', signal });
      signal.throwIfAborted();
      const length = embedding.calculateInputLength(input);
      if (length >= contextLength) {
        throw new ApiError(400, `An input has ${length} tokens, and can have ${contextLength - 1}.`, { param: 'input', code: 'context_length_exceeded' });
      }
      used += length;
      const { vector } = await embedding.getEmbeddingFor(input);
      data.push({ object: 'embedding', index, embedding: format === 'float' ? vector : base64(vector) });
    }
    return { object: 'list', model: name, data, usage: { prompt_tokens: used, total_tokens: used } };
  };
}

/** As little-endian floats of 32 bits, which is what OpenAI's clients ask for. */
function base64(vector: readonly number[]): string {
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * 4);
  return bytes.toString('base64');
}

function inputsOf({ input }: Body, loaded: Loaded): readonly (string | Token[])[] {
  const inputs = typeof input === 'string' || (Array.isArray(input) && typeof input[0] === 'number') ? [input] : input;
  const isInput = (one: unknown): boolean => (typeof one === 'string' || isTokens(one, loaded)) && one.length > 0;
  const isSound = Array.isArray(inputs) && inputs.length > 0 && inputs.length <= MOST_INPUTS && inputs.every(isInput);
  if (!isSound) throw badRequest(`“input” is no text, no list of tokens that the model has, and no list of at most ${MOST_INPUTS} of them.`, 'input');
  return inputs as (string | Token[])[];
}
