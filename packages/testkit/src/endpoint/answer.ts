/** An answer, ready to be sent. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

const WORDS = ['It ', 'is ', 'a ', 'test.'];

/** What the endpoint says to a path and a body. */
export function answerTo(path: string, body: string, { names, contextLength }: { readonly names: readonly string[]; readonly contextLength?: number }): Answer {
  if (path === '/health') return json(200, {});
  if (path === '/v1/models') {
    const length = contextLength === undefined ? {} : { max_model_len: contextLength };
    return json(200, { object: 'list', data: names.map((id) => ({ id, object: 'model', owned_by: 'test', ...length })) });
  }
  const isChat = path === '/v1/chat/completions';
  if (!isChat && path !== '/v1/completions') return json(404, { error: { message: 'Not found', type: 'invalid_request_error' } });
  const asked = JSON.parse(body) as { readonly model?: string; readonly stream?: boolean };
  if (!names.includes(asked.model ?? '')) return json(404, { error: { message: `no model ${asked.model}`, type: 'invalid_request_error' } });
  return asked.stream === true ? stream(isChat) : json(200, { object: isChat ? 'chat.completion' : 'text_completion', choices: [whole(isChat)], usage: USAGE });
}

const USAGE = { prompt_tokens: 4, completion_tokens: 4, total_tokens: 8 };

function whole(isChat: boolean): object {
  const text = WORDS.join('');
  return { index: 0, finish_reason: 'stop', ...(isChat ? { message: { role: 'assistant', content: text } } : { text }) };
}

function stream(isChat: boolean): Answer {
  const deltas = WORDS.map((word) => ({ index: 0, finish_reason: null, ...(isChat ? { delta: { content: word } } : { text: word }) }));
  const last = { index: 0, finish_reason: 'stop', ...(isChat ? { delta: {} } : { text: '' }) };
  const events = [...deltas, last].map((choice) => JSON.stringify({ choices: [choice] }));
  return { status: 200, type: 'text/event-stream', text: [...events, '[DONE]'].map((event) => `data: ${event}\n\n`).join('') };
}

function json(status: number, value: object): Answer {
  return { status, type: 'application/json', text: JSON.stringify(value) };
}
