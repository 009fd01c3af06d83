import { type CallOptions, isIlabError } from '@ilab/sdk';
import type { Embed } from './embedder.ts';
import { type Passage, passagesOf } from './passages.ts';

export interface EmbeddedPassage extends Passage {
  readonly vector: Float32Array;
}

/** Texts of one request. */
const BATCH = 16;
/** In characters; what is refused though it is shorter is refused for another reason. */
const SHORTEST = 64;

/**
 * Makes a vector of each passage. Models take texts of some length, and say no more of it than that one is too long: such a passage is
 * cut in two.
 * @param onDone gets the characters that each step has done
 * @throws IlabError as the embedder
 */
export async function embedPassages(
  embed: Embed,
  passages: readonly Passage[],
  { onDone, ...options }: CallOptions & { readonly onDone: (characters: number) => void },
): Promise<readonly EmbeddedPassage[]> {
  const embedded: EmbeddedPassage[] = [];
  for (let index = 0; index < passages.length; index += BATCH) {
    const batch = passages.slice(index, index + BATCH);
    embedded.push(...(await embedBatch(embed, batch, options)));
    onDone(batch.reduce((sum, { text }) => sum + text.length, 0));
  }
  return embedded;
}

async function embedBatch(embed: Embed, batch: readonly Passage[], options: CallOptions): Promise<readonly EmbeddedPassage[]> {
  try {
    const vectors = await embed(batch.map(embeddedText), options);
    return batch.map((passage, index) => ({ ...passage, vector: vectors[index] as Float32Array }));
  } catch (error) {
    if (!isIlabError(error) || error.code !== 'E_USAGE') throw error;
    const smaller = batch.length > 1 ? batch.map((passage) => [passage]) : batch.map(halves).filter((parts) => parts.length > 1);
    if (smaller.length === 0) throw error;
    const parts: EmbeddedPassage[] = [];
    for (const part of smaller) parts.push(...(await embedBatch(embed, part, options)));
    return parts;
  }
}

/** Where it stands says what it is about. */
function embeddedText({ heading, text }: Passage): string {
  return [heading.join(' › '), text].filter((part) => part !== '').join('\n');
}

function halves({ heading, text }: Passage): readonly Passage[] {
  if (text.length < SHORTEST) return [];
  return passagesOf(text, Math.ceil(text.length / 2)).map((part) => ({ text: part.text, heading: [...heading, ...part.heading] }));
}
