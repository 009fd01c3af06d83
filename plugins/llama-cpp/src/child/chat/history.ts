import { badRequest } from '../api-error.ts';
import { type Body, isRecord } from '../fields.ts';
import type { FunctionCall, HistoryItem } from '../llama.ts';

type Message = Readonly<Record<string, unknown>>;

const MOST_MESSAGES = 10_000;

/**
 * Messages as the library takes them; the last is the answer that is to be written.
 * @throws ApiError 400
 */
export function historyOf({ messages }: Body): readonly HistoryItem[] {
  if (!Array.isArray(messages) || messages.length === 0 || messages.length > MOST_MESSAGES || !messages.every(isRecord)) {
    throw badRequest('“messages” is no list of messages.', 'messages');
  }
  const results = new Map(messages.filter(({ role }) => role === 'tool').map((message: Message) => [message['tool_call_id'], textOf(message)]));
  const items: HistoryItem[] = [];
  for (const message of messages as readonly Message[]) {
    const { role } = message;
    if (role === 'system' || role === 'developer') items.push({ type: 'system', text: textOf(message) });
    else if (role === 'user') items.push({ type: 'user', text: textOf(message) });
    else if (role === 'assistant') items.push({ type: 'model', response: responseOf(message, results) });
    else if (role !== 'tool') throw badRequest(`“${String(role).slice(0, 50)}” is no role.`, 'messages');
  }
  const last = items.at(-1);
  // After a call's result the same answer goes on.
  return last?.type === 'model' && messages.at(-1)?.['role'] === 'tool' ? items : [...items, { type: 'model', response: [] }];
}

function responseOf(message: Message, results: ReadonlyMap<unknown, string>): (string | FunctionCall)[] {
  const calls = message['tool_calls'] ?? [];
  if (!Array.isArray(calls)) throw badRequest('“tool_calls” is no list.', 'messages');
  const text = message['content'] === null || message['content'] === undefined ? '' : textOf(message);
  return [...(text === '' ? [] : [text]), ...calls.map((call: unknown, index) => callOf(call, { results, isFirst: index === 0 }))];
}

function callOf(call: unknown, { results, isFirst }: { readonly results: ReadonlyMap<unknown, string>; readonly isFirst: boolean }): FunctionCall {
  const { id, function: called } = isRecord(call) ? call : {};
  const { name, arguments: text } = isRecord(called) ? called : {};
  if (typeof name !== 'string' || typeof text !== 'string') throw badRequest('A tool call has no function with name and arguments.', 'messages');
  return { type: 'functionCall', name, params: parsed(text), result: results.get(id) ?? null, startsNewChunk: isFirst };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest('The arguments of a tool call are no JSON.', 'messages');
  }
}

/** Text, or parts that are all text. */
function textOf({ content }: Message): string {
  if (typeof content === 'string') return content;
  const parts: unknown[] = Array.isArray(content) ? content : [undefined];
  return parts
    .map((part) => {
      if (isRecord(part) && part['type'] === 'text' && typeof part['text'] === 'string') return part['text'];
      throw badRequest('A message has content other than text, which this engine does not read.', 'messages');
    })
    .join('');
}
