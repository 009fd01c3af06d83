import type { LlamaModel, NextToken, Sequence, Token } from '../llama.ts';

/** A token that was read or said, and what the model thought of it. */
export interface Scored {
  readonly token: Token;
  /** Natural logarithm of its probability; null for the first there is. */
  readonly logprob: number | null;
  /** The likeliest in its place, with theirs. */
  readonly top: readonly (readonly [Token, number])[] | null;
}

export interface Scoring {
  readonly model: LlamaModel;
  readonly sequence: Sequence;
  readonly prompt: readonly Token[];
  /** Whether tokens of the prompt are scored, too. */
  readonly echo: boolean;
  /** How many of the likeliest are told beside each; at least one is. */
  readonly top: number;
  readonly signal: AbortSignal;
}

/**
 * The likeliest tokens, one after the other: each with the logarithm of the probability that the model gave it, from its raw logits.
 * What ends the answer is one of them.
 * @throws what the signal was aborted with
 */
export async function scoreLikeliest(scoring: Scoring, maxTokens: number): Promise<{ readonly scores: readonly Scored[]; readonly answer: readonly Token[] }> {
  const { model, sequence, signal } = scoring;
  const { scores, next: first } = await scorePrompt(scoring);
  const said: Scored[] = [];
  let next = first;
  while (said.length < maxTokens) {
    signal.throwIfAborted();
    const token = next?.logits?.keys().next().value;
    if (token === undefined) break;
    said.push(scoreOf(scoring, token, next));
    if (model.isEogToken(token)) break;
    if (said.length < maxTokens) [next] = (await sequence.controlledEvaluate([[token, { generateNext: wanted(scoring, undefined) }]])).map((one) => one?.next);
  }
  return { scores: [...scores, ...said], answer: said.map(({ token }) => token) };
}

/** Tokens that were said already, however they were chosen: scored as if they had been read. */
export async function scoreAnswer(scoring: Scoring, answer: readonly Token[]): Promise<readonly Scored[]> {
  const { prompt } = scoring;
  // What comes after the last one nobody asks.
  const { scores } = await scorePrompt({ ...scoring, prompt: [...prompt, ...answer] }, prompt.length);
  return scores;
}

/** @param from the first token that is scored where the prompt is not; default: none */
async function scorePrompt(
  scoring: Scoring,
  from = scoring.prompt.length,
): Promise<{ readonly scores: readonly Scored[]; readonly next: NextToken | undefined }> {
  const { sequence, prompt, echo } = scoring;
  await sequence.clearHistory();
  const first = echo ? 0 : from;
  const results = await sequence.controlledEvaluate(
    prompt.map((token, index) => (index + 1 < first ? token : ([token, { generateNext: wanted(scoring, prompt[index + 1]) }] as const))),
  );
  const scores = prompt.slice(first).map((token, index) => scoreOf(scoring, token, first + index === 0 ? undefined : results[first + index - 1]?.next));
  return { scores, next: results.at(-1)?.next };
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
