import { randomUUID } from 'node:crypto';
import type { Asked } from '../api.ts';
import { badRequest } from '../api-error.ts';
import { choicesField, optionsOfChoice } from '../choices.ts';
import { booleanField, isRecord, refuse, usageField, wholeField } from '../fields.ts';
import type { Call } from '../http-server.ts';
import type { GenerationOptions, LlamaModel, Token } from '../llama.ts';
import { type Scoring, scoreAnswer, scoreLikeliest } from '../logprobs/score.ts';
import { type Logprobs, tellLogprobs, tokensIn } from '../logprobs/tell.ts';
import { mapAtMost } from '../map-at-most.ts';
import { isGreedy, samplingOf } from '../sampling.ts';
import { generate } from './generate.ts';
import { promptsOf } from './prompts.ts';

/** As OpenAI has it. */
const DEFAULT_TOKENS = 16;
const MOST_LOGPROBS = 20;
const MOST_CHOICES = 256;

interface Job {
  readonly asked: Asked;
  readonly call: Call;
  readonly maxTokens: number;
  readonly options: GenerationOptions;
  readonly echo: boolean;
  /** How many of the likeliest tokens are told beside each; undefined: no probabilities at all. */
  readonly logprobs: number | undefined;
}

interface Choice {
  readonly text: string;
  readonly finish: 'stop' | 'length' | 'tool_calls';
  readonly logprobs: Logprobs | null;
  readonly tokens: number;
}

/** `POST /v1/completions`. @throws ApiError */
export async function completion(asked: Asked, call: Call): Promise<object | undefined> {
  const { body } = call;
  const n = choicesField(body);
  refuse(body, 'best_of', (best) => best === n);
  refuse(body, 'suffix', (suffix) => suffix === '');
  refuse(body, 'logit_bias', (bias) => isRecord(bias) && Object.keys(bias).length === 0);
  const maxTokens = wholeField(body, 'max_tokens', { min: 0, max: Number.MAX_SAFE_INTEGER }) ?? DEFAULT_TOKENS;
  const echo = booleanField(body, 'echo');
  // `true` is what clients of vLLM send.
  const logprobs = body['logprobs'] === true ? 1 : body['logprobs'] === false ? undefined : wholeField(body, 'logprobs', { min: 0, max: MOST_LOGPROBS });
  if (maxTokens === 0 && !echo) throw badRequest('“max_tokens” is 0, and there is nothing to echo.', 'max_tokens');
  const prompts = await promptsOf(body, asked.loaded, call.signal);
  if (prompts.length * n > MOST_CHOICES) throw badRequest(`At most ${MOST_CHOICES} answers are had at once, to all prompts together.`, 'n');
  const options = samplingOf(body);
  const isUsageWanted = usageField(body);
  const job = { asked, call, maxTokens, options, echo, logprobs };
  const head = { id: `cmpl-${randomUUID()}`, object: 'text_completion', created: asked.created, model: asked.name };
  const isStream = booleanField(body, 'stream');
  const events = isStream ? call.stream() : undefined;
  // As many as there are places: a long list neither fills the queue nor keeps others out.
  const wanted = prompts.flatMap((prompt) => Array.from({ length: n }, (_, turn) => ({ prompt, options: optionsOfChoice(options, turn) })));
  const choices = await mapAtMost(wanted, asked.slots.size, async ({ prompt, options: own }, index) => {
    const event = (text: string, rest: { readonly finish_reason?: string; readonly logprobs?: Logprobs | null } = {}): object => ({
      ...head,
      choices: [{ index, text, logprobs: null, finish_reason: null, ...rest }],
    });
    const tell = events && logprobs === undefined ? (make: () => string): void => events.send(() => event(make())) : undefined;
    const choice = await complete({ ...job, options: own }, prompt, tell);
    const last = event(logprobs === undefined ? '' : choice.text, { finish_reason: choice.finish, logprobs: choice.logprobs });
    events?.send(last);
    return { index, ...choice };
  });
  const used = prompts.reduce((sum, { length }) => sum + length, 0);
  const made = choices.reduce((sum, { tokens }) => sum + tokens, 0);
  const usage = { prompt_tokens: used, completion_tokens: made, total_tokens: used + made };
  if (!events)
    return { ...head, choices: choices.map(({ index, text, finish, logprobs: of }) => ({ index, text, logprobs: of, finish_reason: finish })), usage };
  if (isUsageWanted) events.send({ ...head, choices: [], usage });
  return undefined;
}

async function complete(job: Job, prompt: readonly Token[], onText: ((make: () => string) => void) | undefined): Promise<Choice> {
  const { asked, call, options, logprobs, echo } = job;
  const { model, contextLength } = asked.loaded;
  const slot = await asked.slots.take(JSON.stringify(prompt), call.signal);
  try {
    const maxTokens = Math.min(job.maxTokens, contextLength - prompt.length);
    const before = echo ? model.detokenize(prompt, true) : '';
    const scoring = logprobs === undefined ? undefined : { model, sequence: slot.sequence, prompt, echo, top: logprobs, signal: call.signal };
    if (scoring && (isGreedy(options) || maxTokens === 0)) return await likeliest(scoring, before, maxTokens);
    if (before !== '') onText?.(() => before);
    if (maxTokens === 0) return { text: before, finish: 'length', logprobs: null, tokens: 0 };
    const { text, finish, said } = await generate({ loaded: asked.loaded, sequence: slot.sequence, prompt, maxTokens, options, signal: call.signal, onText });
    const scores = scoring && (await scoreAnswer(scoring, tokensIn(text, model, said)));
    return { text: before + text, finish, logprobs: scores ? tellLogprobs(model, scores) : null, tokens: said.length };
  } finally {
    slot.release();
  }
}

/** Chosen and scored at once. What ends the answer is a token that is told, as lm-eval counts on one, and no part of the text. */
async function likeliest(scoring: Scoring, before: string, maxTokens: number): Promise<Choice> {
  const { model } = scoring;
  const { scores, answer } = await scoreLikeliest(scoring, maxTokens);
  const isEnded = isEnd(model, answer.at(-1));
  const text = before + model.detokenize(isEnded ? answer.slice(0, -1) : answer);
  return { text, finish: isEnded ? 'stop' : 'length', logprobs: tellLogprobs(model, scores), tokens: answer.length };
}

function isEnd(model: LlamaModel, token: Token | undefined): boolean {
  return token !== undefined && model.isEogToken(token);
}
