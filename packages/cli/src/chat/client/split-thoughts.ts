import type { Piece } from './message.ts';

const OPEN = '<think>';
const CLOSE = '</think>';

/** Reads thoughts that a model puts in tags before its answer; they may come in any number of pieces. */
export interface ThoughtSplitter {
  push(text: string): readonly Piece[];
  /** What was held back because it could have been the beginning of a tag. */
  end(): readonly Piece[];
}

export function createThoughtSplitter(): ThoughtSplitter {
  let state: 'before' | 'thinking' | 'answering' = 'before';
  let held = '';

  const take = (): readonly Piece[] => {
    if (state === 'answering') return give('text', held.length);
    if (state === 'before') {
      const start = held.trimStart();
      // What is between is still open: the tag may be under way.
      if (OPEN.startsWith(start)) return [];
      state = start.startsWith(OPEN) ? 'thinking' : 'answering';
      if (state === 'thinking') held = start.slice(OPEN.length);
      return take();
    }
    const close = held.indexOf(CLOSE);
    if (close < 0) return give('thought', held.length - overlap(held, CLOSE));
    const thought = give('thought', close);
    held = held.slice(CLOSE.length).trimStart();
    state = 'answering';
    return [...thought, ...take()];
  };

  const give = (type: 'thought' | 'text', length: number): readonly Piece[] => {
    const text = held.slice(0, length);
    held = held.slice(length);
    return text === '' ? [] : [{ type, text }];
  };

  return {
    push(text) {
      held += text;
      return take();
    },
    end: () => give(state === 'thinking' ? 'thought' : 'text', held.length),
  };
}

/** Characters at the end of `text` that could be the beginning of `tag`. */
function overlap(text: string, tag: string): number {
  for (let length = Math.min(text.length, tag.length - 1); length > 0; length--) if (text.endsWith(tag.slice(0, length))) return length;
  return 0;
}
