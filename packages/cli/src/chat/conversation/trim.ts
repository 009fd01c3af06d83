import { IlabError } from '@ilab/sdk';
import type { Message } from '../client/message.ts';

/** Tokens of a conversation as the model would get it. */
export type CountTokens = (messages: readonly Message[]) => Promise<number>;

/** What fits, and how many messages were left out for that. */
export interface Trimmed {
  readonly messages: readonly Message[];
  readonly left: number;
}

/**
 * Leaves out the oldest turns until the rest has room. What the system says stays, and so does the question itself.
 * @param room tokens that the conversation may have
 * @throws IlabError E_USAGE when the question alone is longer
 */
export async function trim(messages: readonly Message[], room: number, count: CountTokens): Promise<Trimmed> {
  const system = messages.filter(({ role }) => role === 'system');
  let turns: readonly Message[] = messages.filter(({ role }) => role !== 'system');
  let tokens = await count([...system, ...turns]);
  while (tokens > room && turns.length > 1) {
    turns = withoutOldest(turns);
    tokens = await count([...system, ...turns]);
  }
  if (tokens > room) {
    throw new IlabError('E_USAGE', `The question is too long: ${tokens} tokens, and the model’s context has room for ${room}.`, {
      hint: 'Ask less at once, or leave more room with a lower --max-tokens.',
    });
  }
  return { messages: [...system, ...turns], left: messages.length - system.length - turns.length };
}

/** A question goes with its answers: a conversation begins with a question. */
function withoutOldest(turns: readonly Message[]): readonly Message[] {
  const next = turns.findIndex(({ role }, index) => index > 0 && role === 'user');
  return turns.slice(next < 0 ? turns.length - 1 : next);
}

/** What an answer is given room for where nobody says. */
const USUAL_ANSWER = 1024;

/** Tokens that a conversation may have, so that the answer has room beside it. */
export function roomFor(contextLength: number, maxTokens: number | undefined): number {
  const answer = Math.min(maxTokens ?? USUAL_ANSWER, Math.floor(contextLength / (maxTokens === undefined ? 4 : 2)));
  return contextLength - answer;
}

/** Bytes of a token, where nothing counts them; real ones have four or more in English, and less elsewhere. */
const BYTES = 3;
/** Tokens that mark where a message begins, whose it is, and where it ends. */
const MARKS = 6;

/** Tokens, about, and rather too many. */
export function estimateTokens(messages: readonly Message[]): number {
  return messages.reduce((sum, { content }) => sum + MARKS + Math.ceil(Buffer.byteLength(content) / BYTES), 0);
}
