import * as v from 'valibot';
import { IlabError } from '@ilab/sdk';
import type { Piece } from './message.ts';

const text = v.fallback(v.nullish(v.string()), undefined);
const count = v.fallback(v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))), undefined);

const delta = v.object({ content: text, reasoning_content: text, reasoning: text });
const chunk = v.object({
  choices: v.fallback(v.array(v.object({ delta: v.fallback(delta, {}), finish_reason: text })), []),
  usage: v.fallback(v.nullish(v.object({ prompt_tokens: count, completion_tokens: count })), undefined),
  error: v.optional(v.unknown()),
});

/**
 * What one event of a streamed answer says; nothing where it is of no concern to a chat. Thoughts have three spellings: DeepSeek's,
 * which vLLM had first, vLLM's of today, and tags in the text, which are read elsewhere.
 * @throws IlabError E_ENGINE when it is no JSON, or tells of an error
 */
export function readPieces(event: string): readonly Piece[] {
  const parsed = v.safeParse(chunk, parseJson(event));
  if (!parsed.success)
    throw new IlabError('E_ENGINE', 'The server sent an event that is no part of an answer.', { hint: 'Is it an endpoint with OpenAI’s API?' });
  const { choices, usage, error } = parsed.output;
  if (error !== undefined && error !== null) throw new IlabError('E_ENGINE', `The answer broke off: ${messageOf(error)}`, { hint: 'Ask again.' });
  const [choice] = choices;
  const thought = choice?.delta.reasoning_content ?? choice?.delta.reasoning ?? '';
  const content = choice?.delta.content ?? '';
  const pieces: Piece[] = [];
  if (thought !== '') pieces.push({ type: 'thought', text: thought });
  if (content !== '') pieces.push({ type: 'text', text: content });
  if (choice?.finish_reason || usage) pieces.push({ type: 'end', reason: choice?.finish_reason ?? '', ...countsOf(usage ?? {}) });
  return pieces;
}

/** What a server says of an error, short. */
export function messageOf(error: unknown): string {
  const { message } = Object(error) as { readonly message?: unknown };
  const said = typeof message === 'string' ? message : typeof error === 'string' ? error : 'it does not say why.';
  return said.replace(/[\p{Cc}\p{Cf}]+/gu, ' ').slice(0, 500);
}

function countsOf({
  prompt_tokens: promptTokens,
  completion_tokens: tokens,
}: {
  readonly prompt_tokens?: number | undefined;
  readonly completion_tokens?: number | undefined;
}) {
  return { ...(promptTokens !== undefined && { promptTokens }), ...(tokens !== undefined && { tokens }) };
}

function parseJson(event: string): unknown {
  try {
    return JSON.parse(event);
  } catch {
    return undefined;
  }
}
