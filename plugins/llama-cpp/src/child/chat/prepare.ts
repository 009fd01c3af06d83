import { ApiError, badRequest } from '../api-error.ts';
import type { Asked } from '../api.ts';
import { choicesField } from '../choices.ts';
import { type Body, booleanField, wholeField } from '../fields.ts';
import type { Call } from '../http-server.ts';
import type { ChatOptions, HistoryItem, Token } from '../llama.ts';
import { samplingOf } from '../sampling.ts';
import { refuseTooLong } from '../text-bounds.ts';
import { historyOf } from './history.ts';
import { textsOf } from './history-texts.ts';
import { grammarOf, schemaGrammar } from './response-format.ts';
import { callInstruction, callSchema, type Tools, toolsOf } from './tools.ts';

/** As OpenAI has it. */
const MOST_LOGPROBS = 20;

/** A conversation, and how it is to be gone on with. */
export interface Prepared {
  readonly history: readonly HistoryItem[];
  /** The same, as the model reads it. */
  readonly prompt: readonly Token[];
  readonly options: ChatOptions;
  /** Whether the text is one call of a function. */
  readonly isCall: boolean;
  /** Answers that are wanted. */
  readonly n: number;
  /** How many of the likeliest tokens are told beside each; absent: no probabilities at all. */
  readonly logprobs?: number;
}

/** @throws ApiError 400 */
export async function prepare({ loaded }: Asked, { body, signal }: Pick<Call, 'body' | 'signal'>): Promise<Prepared> {
  const { llama, model, chatWrapper, contextLength } = loaded;
  const tools = toolsOf(body);
  const history = withInstruction(historyOf(body), tools);
  await refuseTooLong(textsOf(history), loaded, { param: 'messages', signal });
  const forced = tools?.forced;
  const grammar = tools && forced ? await schemaGrammar(llama, callSchema(tools, forced), 'tools') : await grammarOf(body, llama);
  if (tools && !forced && grammar)
    throw badRequest('“response_format” can’t be kept to where functions may be called. Leave one of them out.', 'response_format');
  const offered = tools && !forced ? { functions: tools.functions, documentFunctionParams: true, maxParallelFunctionCalls: tools.most } : {};
  const state = { chatHistory: history, ...(tools && !forced && { availableFunctions: tools.functions, documentFunctionParams: true }) };
  const prompt = chatWrapper.generateContextState(state).contextText.tokenize(model.tokenizer);
  const room = contextLength - prompt.length;
  if (room < 1) {
    throw new ApiError(400, `The messages have ${prompt.length} tokens, and a conversation here can have ${contextLength}.`, {
      param: 'messages',
      code: 'context_length_exceeded',
    });
  }
  const bounds = { min: 1, max: Number.MAX_SAFE_INTEGER };
  const most = wholeField(body, 'max_completion_tokens', bounds) ?? wholeField(body, 'max_tokens', bounds) ?? room;
  const options = { ...samplingOf(body), ...(grammar ? { grammar } : offered), maxTokens: Math.min(most, room) };
  const logprobs = logprobsField(body);
  return { history, options, isCall: forced !== undefined, prompt, n: choicesField(body), ...(logprobs !== undefined && { logprobs }) };
}

/** How many of the likeliest tokens are told beside each; undefined: no probabilities at all. @throws ApiError 400 */
function logprobsField(body: Body): number | undefined {
  const count = wholeField(body, 'top_logprobs', { min: 0, max: MOST_LOGPROBS });
  if (booleanField(body, 'logprobs')) return count ?? 0;
  if (count !== undefined && count > 0) throw badRequest('“top_logprobs” are told with “logprobs” only.', 'top_logprobs');
  return undefined;
}

function withInstruction(history: readonly HistoryItem[], tools: Tools | undefined): readonly HistoryItem[] {
  if (!tools?.forced) return history;
  const text = callInstruction(tools, tools.forced);
  const [first, ...rest] = history;
  return first?.type === 'system' ? [{ type: 'system', text: `${first.text}\n\n${text}` }, ...rest] : [{ type: 'system', text }, ...history];
}
