import { ApiError, badRequest } from '../api-error.ts';
import type { Body } from '../fields.ts';
import type { Loaded } from '../load.ts';
import type { Token } from '../llama.ts';

const MOST_PROMPTS = 256;

/**
 * One prompt or several, as text or as tokens. In text the template's markers count as what they are.
 * @throws ApiError 400
 */
export function promptsOf({ prompt }: Body, { model, contextLength }: Loaded): readonly (readonly Token[])[] {
  const prompts = isTokens(prompt) || typeof prompt === 'string' ? [prompt] : prompt;
  if (!Array.isArray(prompts) || prompts.length === 0 || prompts.length > MOST_PROMPTS) {
    throw badRequest(`“prompt” is no text, no list of tokens, and no list of at most ${MOST_PROMPTS} of them.`, 'prompt');
  }
  return prompts.map((one: unknown) => {
    const tokens = typeof one === 'string' ? tokenized(one, model) : one;
    if (!isTokens(tokens)) throw badRequest('A prompt is neither text nor a list of tokens.', 'prompt');
    if (tokens.length >= contextLength) {
      const message = `The prompt has ${tokens.length} tokens, and with its answer it can have ${contextLength}.`;
      throw new ApiError(400, message, { param: 'prompt', code: 'context_length_exceeded' });
    }
    return tokens;
  });
}

function tokenized(text: string, model: Loaded['model']): readonly Token[] {
  const tokens = model.tokenize(text, true);
  const { bos, shouldPrependBosToken } = model.tokens;
  if (bos !== null && tokens[0] !== bos && (shouldPrependBosToken || tokens.length === 0)) return [bos, ...tokens];
  return tokens;
}

function isTokens(value: unknown): value is readonly Token[] {
  return Array.isArray(value) && value.length > 0 && value.every((token) => Number.isSafeInteger(token) && token >= 0);
}
