import type { LlamaModel, Token } from '../llama.ts';
import type { Scored } from './score.ts';

/** As OpenAI's older API tells them; the first token of a prompt has none. */
export interface Logprobs {
  readonly tokens: readonly string[];
  readonly token_logprobs: readonly (number | null)[];
  readonly top_logprobs: readonly (Readonly<Record<string, number>> | null)[];
  /** In UTF-16 units of the choice's text. */
  readonly text_offset: readonly number[];
}

/** As its newer API tells them, of an answer. */
export interface ChatLogprobs {
  readonly content: readonly (TokenLogprob & { readonly top_logprobs: readonly TokenLogprob[] })[];
  readonly refusal: null;
}

interface TokenLogprob {
  readonly token: string;
  readonly logprob: number;
  /** In UTF-8, of which a token may have a part of a character. */
  readonly bytes: readonly number[];
}

export function tellLogprobs(model: LlamaModel, scores: readonly Scored[]): Logprobs {
  const text = textIn(model);
  const tokens = scores.map(({ token }) => text(token));
  let offset = 0;
  return {
    tokens,
    token_logprobs: scores.map(({ logprob }) => logprob),
    // Of tokens with the same text the likeliest counts, so it is written last.
    top_logprobs: scores.map(({ top }) => top && Object.fromEntries([...top].reverse().map(([token, logprob]) => [text(token), logprob]))),
    text_offset: tokens.map((one) => {
      const at = offset;
      offset += one.length;
      return at;
    }),
  };
}

/** @param count how many of the likeliest are told beside each */
export function tellChatLogprobs(model: LlamaModel, scores: readonly Scored[], count: number): ChatLogprobs {
  const text = textIn(model);
  const tell = (token: Token, logprob: number): TokenLogprob => ({ token: text(token), logprob, bytes: [...Buffer.from(text(token))] });
  const content = scores.map(({ token, logprob, top }) => ({
    ...tell(token, logprob ?? 0),
    top_logprobs: (top ?? []).slice(0, count).map(([one, its]) => tell(one, its)),
  }));
  return { content, refusal: null };
}

/** Those of the tokens that have a part in a text: what made the answer end is not in it. */
export function tokensIn(text: string, model: LlamaModel, tokens: readonly Token[]): readonly Token[] {
  const textOf = textIn(model);
  let length = 0;
  return tokens.filter((token) => {
    const isIn = length < text.length;
    length += textOf(token).length;
    return isIn;
  });
}

function textIn(model: LlamaModel): (token: Token) => string {
  return (token) => model.detokenize([token], true);
}
