import { tinyLlama } from './tiny-llama.ts';

/** As templates of models that call functions are, without any mark between messages: so the last letter of a message is what the model sees. */
const TEMPLATE = `{%- if tools %}<tools>{{ tools | tojson }}</tools>{% endif -%}
{%- for message in messages -%}
{%- if message.role == 'tool' -%}<tool_response>{{ message.content }}</tool_response>
{%- elif message.tool_calls -%}{%- for call in message.tool_calls -%}<tool_call>{"name": "{{ call.function.name }}", "arguments": {{ call.function.arguments | tojson }}}</tool_call>{%- endfor -%}
{%- else -%}{{ message.content }}{%- endif -%}
{%- endfor -%}`;

const CALL = '<tool_call>{"name": "';

/** Calls a function where it is asked something, tells what came of it, and greets who says no more than hello. */
export const CALLER: Buffer = tinyLlama({ '?': CALL, '</tool_response>': 'It is sunny.', '!': 'Hello.' }, TEMPLATE);

/** Calls a function, and then another one, as long as it is let. */
export const TIRELESS: Buffer = tinyLlama({ '?': CALL, '}': '</tool_call>', '</tool_call>': CALL }, TEMPLATE);
