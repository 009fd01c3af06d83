import type { CallOptions } from '@ilab/sdk';
import type { Collection } from './collection.ts';
import type { Embed } from './embedder.ts';
import { embedPassages } from './embed-passages.ts';
import { nearest } from './find-passages.ts';
import { type Grounded, questionWith } from './question-with-passages.ts';

/** Puts what documents say before a question. `room`: tokens that this may take. */
export type Ground = (question: string, room: number, options: CallOptions) => Promise<Grounded>;

/** Passages that are looked at; how many are shown depends on the room. */
const MOST = 5;

export function createGround({ entries }: Pick<Collection, 'entries'>, embed: Embed): Ground {
  return async (question, room, options) => {
    // Of a question that is too long for the model, how it begins.
    const [first] = await embedPassages(embed, [{ heading: [], text: question }], { ...options, onDone() {} });
    return questionWith(question, first ? nearest(entries, first.vector, MOST) : [], room);
  };
}
