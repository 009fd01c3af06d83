import type { CallOptions } from '@ilab/sdk';
import type { Message } from '../chat/client/message.ts';
import type { CountTokens } from '../chat/conversation/trim.ts';
import type { Collection } from './collection.ts';
import type { Embed } from './embedder.ts';
import { embedPassages } from './embed-passages.ts';
import { type FoundPassage, nearest } from './find-passages.ts';
import { questionWith } from './question-with-passages.ts';

/** What documents say that is near a question, the nearest first. */
export type FindPassages = (question: string, options: CallOptions) => Promise<readonly FoundPassage[]>;

/** Passages that are looked at; how many are shown depends on the room. */
const MOST = 5;

export function createFinder({ entries }: Pick<Collection, 'entries'>, embed: Embed): FindPassages {
  return async (question, options) => {
    // Of a question that is too long for the model, how it begins.
    const [first] = await embedPassages(embed, [{ heading: [], text: question }], { ...options, onDone() {} });
    return first ? nearest(entries, first.vector, MOST) : [];
  };
}

/** A conversation whose question has passages before it. */
export interface GroundedMessages {
  readonly messages: readonly Message[];
  readonly passages: readonly FoundPassage[];
}

/**
 * Puts passages before the question, as many as there is room for beside what the system says. How many tokens a text has only the model
 * knows, so that what turns out too long is made again with half of it.
 * @param room tokens that the conversation may have
 */
export async function withPassages(
  messages: readonly Message[],
  found: readonly FoundPassage[],
  { room, count }: { readonly room: number; readonly count: CountTokens },
): Promise<GroundedMessages> {
  const question = messages.at(-1);
  if (!question) return { messages, passages: [] };
  const system = messages.filter(({ role }) => role === 'system');
  // Half of the room at most: something was said before, and is to be known, too.
  for (let share = Math.floor(room / 2); share > 0; share = Math.floor(share / 2)) {
    const { content, passages } = questionWith(question.content, found, share);
    if (passages.length === 0) break;
    const asked = { ...question, content };
    if ((await count([...system, asked])) <= room) return { messages: [...messages.slice(0, -1), asked], passages };
  }
  return { messages, passages: [] };
}
