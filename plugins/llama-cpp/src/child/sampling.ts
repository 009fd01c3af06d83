import { type Body, numberField, stopField, wholeField } from './fields.ts';
import type { GenerationOptions } from './llama.ts';

const DEFAULT_TEMPERATURE = 0.7;
/** Of a seed, as the library takes it. */
const LARGEST_SEED = 2 ** 32 - 1;

/** How tokens are chosen, as OpenAI's API says it, with llama.cpp's own `top_k` and `min_p`. @throws ApiError 400 */
export function samplingOf(body: Body): GenerationOptions {
  const temperature = numberField(body, 'temperature', { min: 0, max: 2 }) ?? DEFAULT_TEMPERATURE;
  const topP = numberField(body, 'top_p', { min: 0, max: 1 });
  const topK = wholeField(body, 'top_k', { min: 0, max: 1_000_000 });
  const minP = numberField(body, 'min_p', { min: 0, max: 1 });
  const seed = wholeField(body, 'seed', { min: -Number.MAX_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER });
  const frequencyPenalty = numberField(body, 'frequency_penalty', { min: -2, max: 2 }) ?? 0;
  const presencePenalty = numberField(body, 'presence_penalty', { min: -2, max: 2 }) ?? 0;
  const isPenalised = frequencyPenalty !== 0 || presencePenalty !== 0;
  const stops = stopField(body);
  return {
    temperature,
    ...(topP !== undefined && { topP }),
    ...(topK !== undefined && { topK }),
    ...(minP !== undefined && { minP }),
    ...(seed !== undefined && { seed: Math.abs(seed) % (LARGEST_SEED + 1) }),
    repeatPenalty: isPenalised && { penalty: 1, frequencyPenalty, presencePenalty },
    ...(stops.length > 0 && { customStopTriggers: stops }),
  };
}

/** Whether always the likeliest token is taken, and nothing but the model ends the answer. */
export function isGreedy({ temperature, repeatPenalty, customStopTriggers }: GenerationOptions): boolean {
  return temperature === 0 && repeatPenalty === false && customStopTriggers === undefined;
}

/** OpenAI's words for why it ended. */
export function finishReason(stopReason: string): 'stop' | 'length' | 'tool_calls' {
  if (stopReason === 'maxTokens') return 'length';
  return stopReason === 'functionCalls' ? 'tool_calls' : 'stop';
}
