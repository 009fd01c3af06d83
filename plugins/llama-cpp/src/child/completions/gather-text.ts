import type { LlamaModel, Token } from '../llama.ts';

/**
 * Makes text of tokens when it is asked for: of several at once where they come faster than they are written.
 * @param onText gets what makes the text of all tokens that came since it was last called
 */
export function gatherText(model: Pick<LlamaModel, 'detokenize'>, onText: (make: () => string) => void): (tokens: readonly Token[]) => void {
  const told: Token[] = [];
  let waiting: Token[] = [];
  const make = (): string => {
    const text = model.detokenize(waiting, false, told);
    told.push(...waiting);
    waiting = [];
    return text;
  };
  return (tokens) => {
    if (waiting.length === 0) onText(make);
    waiting.push(...tokens);
  };
}
