import { randomUUID } from 'node:crypto';
import type { Asked } from '../api.ts';
import { badRequest } from '../api-error.ts';
import { booleanField, isRecord, refuse, usageField, wholeField } from '../fields.ts';
import type { Call } from '../http-server.ts';
import type { GenerationOptions, Token } from '../llama.ts';
import { finishReason, samplingOf } from '../sampling.ts';
import { gatherText } from './gather-text.ts';
import { mapAtMost } from './map-at-most.ts';
import { promptsOf } from './prompts.ts';
import { checkScorable, type Logprobs, scored } from './scored.ts';

/** As OpenAI has it. */
const DEFAULT_TOKENS = 16;
const MOST_LOGPROBS = 20;

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
  refuse(body, 'n', (n) => n === 1);
  refuse(body, 'best_of', (n) => n === 1);
  refuse(body, 'suffix', (suffix) => suffix === '');
  refuse(body, 'logit_bias', (bias) => isRecord(bias) && Object.keys(bias).length === 0);
  const maxTokens = wholeField(body, 'max_tokens', { min: 0, max: Number.MAX_SAFE_INTEGER }) ?? DEFAULT_TOKENS;
  const echo = booleanField(body, 'echo');
  // `true` is what clients of vLLM send.
  const logprobs = body['logprobs'] === true ? 1 : body['logprobs'] === false ? undefined : wholeField(body, 'logprobs', { min: 0, max: MOST_LOGPROBS });
  if (maxTokens === 0 && !echo) throw badRequest('“max_tokens” is 0, and there is nothing to echo.', 'max_tokens');
  const prompts = await promptsOf(body, asked.loaded, call.signal);
  const options = samplingOf(body);
  if (logprobs !== undefined) checkScorable(body, { temperature: options.temperature, maxTokens });
  const isUsageWanted = usageField(body);
  const job = { asked, call, maxTokens, options, echo, logprobs };
  const head = { id: `cmpl-${randomUUID()}`, object: 'text_completion', created: asked.created, model: asked.name };
  const isStream = booleanField(body, 'stream');
  const events = isStream ? call.stream() : undefined;
  // As many as there are places: a long list neither fills the queue nor keeps others out.
  const choices = await mapAtMost(prompts, asked.slots.size, async (prompt, index) => {
    const event = (text: string, rest: { readonly finish_reason?: string; readonly logprobs?: Logprobs | null } = {}): object => ({
      ...head,
      choices: [{ index, text, logprobs: null, finish_reason: null, ...rest }],
    });
    const tell = events && logprobs === undefined ? (make: () => string): void => events.send(() => event(make())) : undefined;
    const choice = await complete(job, prompt, tell);
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
  const { model } = asked.loaded;
  const slot = await asked.slots.take(JSON.stringify(prompt), call.signal);
  try {
    const room = asked.loaded.contextLength - prompt.length;
    const maxTokens = Math.min(job.maxTokens, room);
    if (logprobs !== undefined) {
      return await scored({
        model,
        sequence: slot.sequence,
        prompt,
        echo,
        maxTokens,
        top: logprobs,
        signal: call.signal,
      });
    }
    const before = echo ? model.detokenize(prompt, true) : '';
    if (before !== '') onText?.(() => before);
    if (maxTokens === 0) return { text: before, finish: 'length', logprobs: null, tokens: 0 };
    const completing = new asked.loaded.library.LlamaCompletion({ contextSequence: slot.sequence, autoDisposeSequence: false });
    const gather = onText && gatherText(model, onText);
    let tokens = 0;
    try {
      const { response, metadata } = await completing.generateCompletionWithMeta([...prompt], {
        ...options,
        maxTokens,
        disableContextShift: true,
        signal: call.signal,
        stopOnAbortSignal: true,
        onToken: (some) => {
          tokens += some.length;
          gather?.(some);
        },
      });
      return { text: before + response, finish: finishReason(metadata.stopReason), logprobs: null, tokens };
    } finally {
      completing.dispose({ disposeSequence: false });
    }
  } finally {
    slot.release();
  }
}
