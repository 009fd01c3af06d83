import { ApiError, badRequest } from '../api-error.ts';
import type { Body } from '../fields.ts';
import type { Loaded } from '../load.ts';
import type { Token } from '../llama.ts';
import { refuseTooLong } from '../text-bounds.ts';
import { isTokens } from '../token-list.ts';

const MOST_PROMPTS = 256;

/**
 * One prompt or several, as text or as tokens. In text the template's markers count as what they are.
 * @throws ApiError 400; what the signal was aborted with
 */
export async function promptsOf({ prompt }: Body, loaded: Loaded, signal: AbortSignal): Promise<readonly (readonly Token[])[]> {
  const { model, contextLength } = loaded;
  const prompts = isNumbers(prompt) || typeof prompt === 'string' ? [prompt] : prompt;
  if (!Array.isArray(prompts) || prompts.length === 0 || prompts.length > MOST_PROMPTS) {
    throw badRequest(`“prompt” is no text, no list of tokens, and no list of at most ${MOST_PROMPTS} of them.`, 'prompt');
  }
  const found: (readonly Token[])[] = [];
  for (const one of prompts as readonly unknown[]) {
    if (typeof one === 'string') await refuseTooLong([one], loaded, { param: 'prompt', signal });
    const tokens = typeof one === 'string' ? tokenized(one, model) : one;
    if (!isTokens(tokens, loaded) || tokens.length === 0) throw badRequest('A prompt is neither text nor a list of tokens that the model has.', 'prompt');
    if (tokens.length >= contextLength) {
      const message = `The prompt has ${tokens.length} tokens, and with its answer it can have ${contextLength}.`;
      throw new ApiError(400, message, { param: 'prompt', code: 'context_length_exceeded' });
    }
    found.push(tokens);
  }
  return found;
}

function tokenized(text: string, model: Loaded['model']): readonly Token[] {
  const tokens = model.tokenize(text, true);
  const { bos, shouldPrependBosToken } = model.tokens;
  if (bos !== null && tokens[0] !== bos && (shouldPrependBosToken || tokens.length === 0)) return [bos, ...tokens];
  return tokens;
}

function isNumbers(value: unknown): boolean {
  return Array.isArray(value) && typeof value[0] === 'number';
}
