import { type Body, wholeField } from './fields.ts';
import type { GenerationOptions } from './llama.ts';

/** As OpenAI has it. */
const MOST = 128;

/** How many answers are wanted. @throws ApiError 400 */
export function choicesField(body: Body): number {
  return wholeField(body, 'n', { min: 1, max: MOST }) ?? 1;
}

/** One seed for all would make all the same. @param turn counted from 0 */
export function optionsOfChoice<Options extends GenerationOptions>(options: Options, turn: number): Options {
  return options.seed === undefined || turn === 0 ? options : { ...options, seed: (options.seed + turn) % 2 ** 32 };
}
