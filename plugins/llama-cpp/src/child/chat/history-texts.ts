import type { HistoryItem } from '../llama.ts';

/** All text of a conversation that somebody sent. */
export function textsOf(history: readonly HistoryItem[]): readonly string[] {
  return history.flatMap((item) => {
    if (item.type !== 'model') return [item.text];
    return item.response.map((part) => (typeof part === 'string' ? part : JSON.stringify([part.params, part.result])));
  });
}
