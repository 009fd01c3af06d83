import { setImmediate as others } from 'node:timers/promises';
import { ApiError, badRequest } from './api-error.ts';
import type { Loaded } from './load.ts';

/** Characters that are tokenised at a time: some milliseconds. */
const PIECE = 16 * 1024;
/** Tokens that a cut between two pieces can make more of, generously. */
const SEAM = 8;
/** In characters: what is tokenised at once, and nobody else is heard meanwhile. */
const LONGEST_TEXT = 512 * 1024;
const MOST_TOKENS = 256 * 1024;

/**
 * Refuses texts that can't be in one context before all of them are tokenised, which would keep everybody else waiting for seconds: they
 * are counted piece by piece, and others are heard between two of them.
 * @throws ApiError 400; what the signal was aborted with
 */
export async function refuseTooLong(
  texts: readonly string[],
  { model, contextLength }: Pick<Loaded, 'model' | 'contextLength'>,
  { param, signal }: { readonly param: string; readonly signal: AbortSignal },
): Promise<void> {
  if (texts.reduce((sum, { length }) => sum + length, 0) <= PIECE) return;
  let atLeast = 0;
  for (const text of texts) {
    for (let at = 0; at < text.length; at += PIECE) {
      atLeast += Math.max(0, model.tokenize(text.slice(at, at + PIECE), true).length - SEAM);
      if (atLeast > contextLength) {
        const message = `What was sent has more than ${contextLength} tokens, which is what a conversation here can have.`;
        throw new ApiError(400, message, { param, code: 'context_length_exceeded' });
      }
      await others();
      signal.throwIfAborted();
    }
  }
}

/** @throws ApiError 400 for what is tokenised for nobody’s conversation, and would take too long */
export function refuseHuge(texts: readonly string[], param: string): void {
  const length = texts.reduce((sum, text) => sum + text.length, 0);
  if (length > LONGEST_TEXT) throw badRequest(`“${param}” has ${length} characters, and at once ${LONGEST_TEXT} are tokenised. Send it in parts.`, param);
}

/** @throws ApiError 400 */
export function refuseManyTokens({ length }: readonly unknown[], param: string): void {
  if (length > MOST_TOKENS) throw badRequest(`“${param}” has ${length} tokens, and at once ${MOST_TOKENS} are taken. Send them in parts.`, param);
}
