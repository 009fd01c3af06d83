import { randomUUID } from 'node:crypto';
import { ApiError, badRequest } from '../api-error.ts';
import type { Asked } from '../api.ts';
import { booleanField, isRecord, refuse, usageField, wholeField } from '../fields.ts';
import type { Call } from '../http-server.ts';
import type { ChatOptions, HistoryItem } from '../llama.ts';
import { finishReason, samplingOf } from '../sampling.ts';
import { refuseTooLong } from '../text-bounds.ts';
import { historyOf } from './history.ts';
import { textsOf } from './history-texts.ts';
import { grammarOf, schemaGrammar } from './response-format.ts';
import { callInstruction, callSchema, type Tools, toolsOf } from './tools.ts';

/** A conversation, and how it is to be gone on with. */
interface Prepared {
  readonly history: readonly HistoryItem[];
  readonly options: ChatOptions;
  /** Whether the text is one call of a function. */
  readonly isCall: boolean;
  readonly promptTokens: number;
  readonly isStream: boolean;
  /** Whether a stream ends with what was used. */
  readonly isUsageWanted: boolean;
}

interface ToolCall {
  readonly id: string;
  readonly type: 'function';
  readonly function: { readonly name: string; readonly arguments: string };
}

/** `POST /v1/chat/completions`. @throws ApiError */
export async function chatCompletion(asked: Asked, call: Call): Promise<object | undefined> {
  const { body } = call;
  refuse(body, 'n', (n) => n === 1);
  refuse(body, 'logprobs', (wanted) => wanted === false);
  refuse(body, 'logit_bias', (bias) => isRecord(bias) && Object.keys(bias).length === 0);
  const prepared = await prepare(asked, call);
  const slot = await asked.slots.take(JSON.stringify(prepared.history), call.signal);
  try {
    const answering = { asked, call, prepared, sequence: slot.sequence, id: `chatcmpl-${randomUUID()}` };
    return prepared.isStream ? await streamed(answering) : await whole(answering);
  } finally {
    slot.release();
  }
}

type Answering = {
  readonly asked: Asked;
  readonly call: Call;
  readonly prepared: Prepared;
  readonly sequence: ConstructorParameters<Asked['loaded']['library']['LlamaChat']>[0]['contextSequence'];
  readonly id: string;
};

async function prepare({ loaded }: Asked, { body, signal }: Pick<Call, 'body' | 'signal'>): Promise<Prepared> {
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
  const promptTokens = chatWrapper.generateContextState(state).contextText.tokenize(model.tokenizer).length;
  const room = contextLength - promptTokens;
  if (room < 1) {
    throw new ApiError(400, `The messages have ${promptTokens} tokens, and a conversation here can have ${contextLength}.`, {
      param: 'messages',
      code: 'context_length_exceeded',
    });
  }
  const bounds = { min: 1, max: Number.MAX_SAFE_INTEGER };
  const most = wholeField(body, 'max_completion_tokens', bounds) ?? wholeField(body, 'max_tokens', bounds) ?? room;
  const options = { ...samplingOf(body), ...(grammar ? { grammar } : offered), maxTokens: Math.min(most, room) };
  const asked = { isStream: booleanField(body, 'stream'), isUsageWanted: usageField(body) };
  return { history, options, isCall: forced !== undefined, promptTokens, ...asked };
}

function withInstruction(history: readonly HistoryItem[], tools: Tools | undefined): readonly HistoryItem[] {
  if (!tools?.forced) return history;
  const text = callInstruction(tools, tools.forced);
  const [first, ...rest] = history;
  return first?.type === 'system' ? [{ type: 'system', text: `${first.text}\n\n${text}` }, ...rest] : [{ type: 'system', text }, ...history];
}

interface Generated {
  readonly text: string;
  readonly calls: readonly ToolCall[];
  readonly finish: ReturnType<typeof finishReason>;
  readonly usage: object;
}

/** @param onText gets pieces as they come; `isThought`: not part of the answer */
async function generate({ asked, call, prepared, sequence }: Answering, onText: (text: string, isThought: boolean) => void): Promise<Generated> {
  const { library, chatWrapper } = asked.loaded;
  const chat = new library.LlamaChat({ contextSequence: sequence, chatWrapper, autoDisposeSequence: false });
  const before = sequence.tokenMeter.usedOutputTokens;
  let told = 0;
  try {
    const result = await chat.generateResponse(prepared.history, {
      ...prepared.options,
      signal: call.signal,
      stopOnAbortSignal: true,
      onToken: (some) => {
        told += some.length;
      },
      onResponseChunk: ({ type, text }) => onText(text, type === 'segment'),
    });
    const calls = prepared.isCall
      ? forcedCall(result.response)
      : (result.functionCalls ?? []).map(({ functionName, params }) => toolCall(functionName, params));
    const finish = finishReason(result.metadata.stopReason);
    // What makes up a call is never told; what ends a text is generated, and no part of it.
    const tokens = finish === 'stop' ? told : sequence.tokenMeter.usedOutputTokens - before;
    const { promptTokens } = prepared;
    return {
      text: calls.length > 0 && prepared.isCall ? '' : result.response,
      calls,
      finish: calls.length > 0 ? 'tool_calls' : finish,
      usage: { prompt_tokens: promptTokens, completion_tokens: tokens, total_tokens: promptTokens + tokens },
    };
  } finally {
    chat.dispose({ disposeSequence: false });
  }
}

/** One that was cut off by the limit of tokens is no call. */
function forcedCall(text: string): readonly ToolCall[] {
  try {
    const { name, arguments: params } = JSON.parse(text) as { readonly name: string; readonly arguments: unknown };
    return [toolCall(name, params)];
  } catch {
    return [];
  }
}

function toolCall(name: string, params: unknown): ToolCall {
  return { id: `call_${randomUUID()}`, type: 'function', function: { name, arguments: JSON.stringify(params ?? {}) } };
}

async function whole(answering: Answering): Promise<object> {
  let thought = '';
  const { text, calls, finish, usage } = await generate(answering, (piece, isThought) => {
    if (isThought) thought += piece;
  });
  const message = {
    role: 'assistant',
    content: calls.length > 0 && text === '' ? null : text,
    ...(thought !== '' && { reasoning_content: thought }),
    ...(calls.length > 0 && { tool_calls: calls }),
  };
  return { ...head(answering, 'chat.completion'), choices: [{ index: 0, message, logprobs: null, finish_reason: finish }], usage };
}

async function streamed(answering: Answering): Promise<undefined> {
  const { call, prepared } = answering;
  const events = call.stream();
  const send = (delta: object, finish: string | null = null): void =>
    events.send({ ...head(answering, 'chat.completion.chunk'), choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }] });
  send({ role: 'assistant', content: '' });
  const { calls, finish, usage, text } = await generate(answering, (piece, isThought) => {
    // What may be the beginning of a call is held back, and comes as nothing.
    if (piece === '') return;
    if (isThought) send({ reasoning_content: piece });
    else if (!prepared.isCall) send({ content: piece });
  });
  if (prepared.isCall && calls.length === 0) send({ content: text });
  for (const [index, one] of calls.entries()) send({ tool_calls: [{ index, ...one }] });
  send({}, finish);
  if (prepared.isUsageWanted) events.send({ ...head(answering, 'chat.completion.chunk'), choices: [], usage });
  return undefined;
}

function head({ id, asked }: Answering, object: string): object {
  return { id, object, created: asked.created, model: asked.name };
}
