import { badRequest } from '../api-error.ts';
import { type Body, refuse } from '../fields.ts';
import type { LlamaModel, NextToken, Sequence, Token } from '../llama.ts';

/** As OpenAI's older API tells them; the first token of a prompt has none. */
export interface Logprobs {
  readonly tokens: readonly string[];
  readonly token_logprobs: readonly (number | null)[];
  readonly top_logprobs: readonly (Readonly<Record<string, number>> | null)[];
  /** In UTF-16 units of the choice's text. */
  readonly text_offset: readonly number[];
}

export interface Scoring {
  readonly model: LlamaModel;
  readonly sequence: Sequence;
  readonly prompt: readonly Token[];
  readonly echo: boolean;
  readonly maxTokens: number;
  /** How many of the likeliest are told beside each. */
  readonly top: number;
  readonly signal: AbortSignal;
}

interface Scored {
  readonly token: Token;
  readonly logprob: number | null;
  readonly top: readonly (readonly [Token, number])[] | null;
}

/** Tokens are scored from what the model says, uncut, and the likeliest is taken. @throws ApiError 400 for what asks for others */
export function checkScorable(body: Body, { temperature = 0, maxTokens }: { readonly temperature?: number | undefined; readonly maxTokens: number }): void {
  for (const name of ['top_p', 'min_p']) refuse(body, name, (value) => value === 1 || (name === 'min_p' && value === 0));
  if (temperature > 0 && maxTokens > 1) throw badRequest('With “logprobs”, only “temperature” 0 is supported for more than one token.', 'temperature');
}

/**
 * Tokens with the logarithm of the probability that the model gave each, from its raw logits, whatever the temperature.
 * @throws what the signal was aborted with
 */
export async function scored(scoring: Scoring): Promise<{ text: string; finish: 'stop' | 'length'; logprobs: Logprobs; tokens: number }> {
  const { model, sequence, prompt, echo, maxTokens, signal } = scoring;
  await sequence.clearHistory();
  const results = await sequence.controlledEvaluate(
    prompt.map((token, index) => [token, { generateNext: wanted(scoring, index + 1 < prompt.length ? (prompt[index + 1] as Token) : undefined) }] as const),
  );
  const list: Scored[] = echo ? prompt.map((token, index) => scoreOf(scoring, token, index === 0 ? undefined : results[index - 1]?.next)) : [];
  let finish: 'stop' | 'length' = 'length';
  let next = results.at(-1)?.next;
  let made = 0;
  while (made < maxTokens) {
    signal.throwIfAborted();
    const token = next?.logits?.keys().next().value;
    if (token === undefined) break;
    list.push(scoreOf(scoring, token, next));
    made++;
    if (model.isEogToken(token)) {
      finish = 'stop';
      break;
    }
    if (made < maxTokens) [next] = (await sequence.controlledEvaluate([[token, { generateNext: wanted(scoring, undefined) }]])).map((result) => result?.next);
  }
  const told = tell(model, list);
  return { text: told.tokens.join(''), finish, logprobs: told, tokens: made };
}

/** Only what is told is fetched: all logits of a long prompt would fill the memory. */
function wanted({ top }: Scoring, token: Token | undefined): object {
  const filter = { tokens: token === undefined ? [] : [token], includeMax: true, includeTop: Math.max(1, top) };
  return { logits: { filter }, totalLogitWeight: true, options: { temperature: 1, topK: 0, topP: 1, minP: 0 } };
}

function scoreOf({ top }: Scoring, token: Token, next: NextToken | undefined): Scored {
  const logits = next?.logits;
  const largest = logits?.values().next().value;
  if (!logits || largest === undefined) return { token, logprob: null, top: null };
  const normal = largest + Math.log(next.totalLogitWeight ?? 1);
  const logprob = (logits.get(token) ?? Number.NEGATIVE_INFINITY) - normal;
  return { token, logprob, top: [...logits].slice(0, Math.max(1, top)).map(([one, logit]) => [one, logit - normal] as const) };
}

function tell(model: LlamaModel, list: readonly Scored[]): Logprobs {
  const text = (token: Token): string => model.detokenize([token], true);
  const tokens = list.map(({ token }) => text(token));
  let offset = 0;
  return {
    tokens,
    token_logprobs: list.map(({ logprob }) => logprob),
    // Of tokens with the same text the likeliest counts, so it is written last.
    top_logprobs: list.map(({ top }) => top && Object.fromEntries([...top].reverse().map(([token, logprob]) => [text(token), logprob]))),
    text_offset: tokens.map((one) => {
      const at = offset;
      offset += one.length;
      return at;
    }),
  };
}
