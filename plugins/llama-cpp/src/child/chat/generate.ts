import { randomUUID } from 'node:crypto';
import type { Sequence, Token } from '../llama.ts';
import type { Loaded } from '../load.ts';
import { scoreAnswer } from '../logprobs/score.ts';
import { type ChatLogprobs, tellChatLogprobs, tokensIn } from '../logprobs/tell.ts';
import { finishReason } from '../sampling.ts';
import type { Prepared } from './prepare.ts';

export interface ToolCall {
  readonly id: string;
  readonly type: 'function';
  readonly function: { readonly name: string; readonly arguments: string };
}

export interface Generating {
  readonly loaded: Loaded;
  readonly prepared: Prepared;
  readonly sequence: Sequence;
  readonly signal: AbortSignal;
  /** Gets pieces as they come; `isThought`: not part of the answer. */
  readonly onText: (text: string, isThought: boolean) => void;
}

export interface Generated {
  readonly text: string;
  readonly calls: readonly ToolCall[];
  readonly finish: ReturnType<typeof finishReason>;
  /** How many tokens were generated. */
  readonly tokens: number;
  readonly logprobs: ChatLogprobs | null;
}

/** One answer. */
export async function generate({ loaded, prepared, sequence, signal, onText }: Generating): Promise<Generated> {
  const { library, model, chatWrapper } = loaded;
  const chat = new library.LlamaChat({ contextSequence: sequence, chatWrapper, autoDisposeSequence: false });
  const before = sequence.tokenMeter.usedOutputTokens;
  const told: Token[] = [];
  try {
    const result = await chat.generateResponse(prepared.history, {
      ...prepared.options,
      signal,
      stopOnAbortSignal: true,
      onToken: (some) => {
        told.push(...some);
      },
      onResponseChunk: ({ type, text }) => onText(text, type === 'segment'),
    });
    const calls = prepared.isCall
      ? forcedCall(result.response)
      : (result.functionCalls ?? []).map(({ functionName, params }) => toolCall(functionName, params));
    const finish = finishReason(result.metadata.stopReason);
    // What makes up a call is never told; what ends a text is generated, and no part of it.
    const tokens = finish === 'stop' ? told.length : sequence.tokenMeter.usedOutputTokens - before;
    const text = calls.length > 0 && prepared.isCall ? '' : result.response;
    const { prompt, logprobs: top } = prepared;
    const scores = top === undefined ? undefined : await scoreAnswer({ model, sequence, prompt, echo: false, top, signal }, tokensIn(text, model, told));
    const logprobs = scores && top !== undefined ? tellChatLogprobs(model, scores, top) : null;
    return { text, calls, finish: calls.length > 0 ? 'tool_calls' : finish, tokens, logprobs };
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
