import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineSession } from '@ilab/plugin-api';
import { DEMO, NO_ENGINE, post, realEngine } from './real.ts';

const CHAT = { model: 'demo', messages: [{ role: 'user', content: 'Hello' }], max_tokens: 2, temperature: 0 };
const TEXT = { model: 'demo', prompt: 'InstructLab is', max_tokens: 2, temperature: 0 };
const FUNCTION = { type: 'function', function: { name: 'look', parameters: { type: 'object', properties: {} } } };
/** Schemas that a grammar would be made of for too long, or never. */
const LONG = { enum: Array.from({ length: 10_000 }, (_, index) => `value ${index}`) };
const DEEP: object = Array.from({ length: 200 }).reduce<object>((items) => ({ type: 'array', items }), { type: 'string' });
const ENDLESS = { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/a' } } };
const formatted = (schema: object) => ({ type: 'json_schema', json_schema: { name: 'a', schema } });

/** Not one of the 512 that the demo model has. */
const FOREIGN = [512, 999_999, 2 ** 40, -1, 1.5];

const OTHER = { type: 'function', function: { name: 'other' } };
const allowing = (mode: unknown, ...tools: readonly unknown[]) => ({ type: 'allowed_tools', allowed_tools: { mode, tools } });
const FOREIGN_CHOICES = ['any', 7, OTHER, allowing('auto', OTHER), allowing('auto'), allowing('none', FUNCTION), { type: 'allowed_tools', allowed_tools: {} }];

const SAMPLING: readonly (readonly [string, readonly unknown[]])[] = [
  ['temperature', [-0.1, 2.1, '0', []]],
  ['top_p', [-0.1, 1.1, true]],
  ['top_k', [-1, 1.5, '1']],
  ['min_p', [-1, 2]],
  ['seed', [0.5, 'x', 1e300]],
  ['frequency_penalty', [-2.1, 2.1]],
  ['presence_penalty', [-2.1, 'x']],
  ['stop', [7, [''], [1], Array(17).fill('x'), 'x'.repeat(1001)]],
  ['stream', ['yes', 1]],
  ['stream_options', [7, [true], { include_usage: 1 }]],
  ['n', [0, 129, 1.5, '1']],
  ['logit_bias', [{ 5: 1 }, 7]],
];
const CHAT_ONLY: typeof SAMPLING = [
  ['max_tokens', [0, -1, 1.5, '3']],
  ['max_completion_tokens', [0, -1, 1.5]],
  ['logprobs', ['yes', 1]],
  ['top_logprobs', [5, -1, 21, 'x']],
  ['messages', [[], 'x', [7], [{ role: 'nobody', content: 'x' }], [{ role: 'user' }], [{ role: 'user', content: [{ type: 'image_url' }] }]]],
  [
    'response_format',
    [7, { type: 'xml' }, { type: 'json_schema' }, { type: 'json_schema', json_schema: { schema: 7 } }, ...[LONG, DEEP, ENDLESS].map(formatted)],
  ],
  [
    'tools',
    [
      7,
      [{}],
      [{ ...FUNCTION, function: { name: 'a b' } }],
      [{ ...FUNCTION, function: { name: 'a', parameters: 7 } }],
      ...[LONG, DEEP].map((parameters) => [{ ...FUNCTION, function: { name: 'a', parameters } }]),
    ],
  ],
];
const TEXT_ONLY: typeof SAMPLING = [
  ['max_tokens', [0, -1, 1.5]],
  ['prompt', [undefined, 7, [], [[]], [['x']], ['x', 7], Array(257).fill('x'), ...FOREIGN.map((token) => [1, token])]],
  ['echo', ['yes']],
  ['logprobs', [-1, 21, 1.5, 'x']],
  ['best_of', [2]],
  ['suffix', ['x']],
];

describe.skipIf(NO_ENGINE)(`requests (${NO_ENGINE ?? 'real engine'})`, { timeout: 60_000 }, () => {
  let session: EngineSession;
  beforeAll(async () => {
    session = await realEngine().start({ ...DEMO, model: { ...DEMO.model, adapters: [] } }, {});
  }, 60_000);
  afterAll(() => session?.end());

  const cases = [
    ...[...SAMPLING, ...CHAT_ONLY].map(([name, values]) => ['chat/completions', name, values, CHAT] as const),
    ...[...SAMPLING, ...TEXT_ONLY].map(([name, values]) => ['completions', name, values, TEXT] as const),
    ['embeddings', 'input', [undefined, '', 7, [], [''], [[]], ...FOREIGN.map((token) => [1, token])], { model: 'demo' }] as const,
    ['embeddings', 'encoding_format', ['hex', 7], { model: 'demo', input: 'x' }] as const,
    ['embeddings', 'dimensions', [64, '128'], { model: 'demo', input: 'x' }] as const,
    ['chat/completions', 'tool_choice', FOREIGN_CHOICES, { ...CHAT, tools: [FUNCTION] }] as const,
    ['chat/completions', 'parallel_tool_calls', ['no', 1], { ...CHAT, tools: [FUNCTION] }] as const,
    ['chat/completions', 'response_format', [{ type: 'json_object' }], { ...CHAT, tools: [FUNCTION] }] as const,
    ['../tokenize', 'prompt', [undefined, 7], {}] as const,
    ['../detokenize', 'tokens', [undefined, 'x', ['x'], ...FOREIGN.map((token) => [token])], {}] as const,
  ];

  it.each(cases)('%s is refused with a wrong “%s”, streamed or not, and the next is answered', async (path, name, values, sound) => {
    for (const value of values) {
      for (const stream of [false, true]) {
        const answer = await post(session, path, { ...sound, ...(stream && { stream }), [name]: value });
        const expected = { status: 400, body: { error: { type: 'invalid_request_error', param: name, message: expect.stringMatching(/\S/) } } };
        expect(answer, JSON.stringify(value)).toMatchObject(expected);
      }
    }
    expect(await post(session, 'chat/completions', CHAT)).toMatchObject({ status: 200 });
  });

  it('an input that fills the context is embedded up to its last token, and is refused with one more', async () => {
    const { contextLength = 0 } = session;
    const ask = (length: number) => post(session, 'embeddings', { model: 'demo', input: Array(length).fill(5) });
    expect(await ask(contextLength - 1)).toMatchObject({ status: 200, body: { usage: { prompt_tokens: contextLength - 1 } } });
    expect(await ask(contextLength)).toMatchObject({ status: 400, body: { error: { code: 'context_length_exceeded' } } });
  });

  it('an address may say which model is meant', async () => {
    expect(await post(session, '../tokenize?model=demo', { prompt: 'x' })).toMatchObject({ status: 200 });
    expect(await post(session, '../nothing?model=demo', { prompt: 'x' })).toMatchObject({ status: 404 });
    const withoutKey = { ...session, headers: {} };
    expect(await post(withoutKey, '../tokenize?/health', { prompt: 'x' })).toMatchObject({ status: 401 });
  });

  it('more answers than can be had at once are refused, and as many as can be are in order', async () => {
    const answer = await post(session, 'completions', { ...TEXT, prompt: ['a', 'b', 'c'], n: 100 });
    expect(answer).toMatchObject({ status: 400, body: { error: { param: 'n' } } });
    const { body } = await post(session, 'completions', { ...TEXT, prompt: ['a', 'b'], n: 3, best_of: 3, max_tokens: 1, echo: true });
    const { choices, usage } = body as { readonly choices: readonly { readonly text: string; readonly index: number }[]; readonly usage: object };
    expect(choices.map(({ text, index }) => [text[0], index])).toEqual(['a', 'a', 'a', 'b', 'b', 'b'].map((text, index) => [text, index]));
    expect(usage).toMatchObject({ prompt_tokens: 2, completion_tokens: 6 });
  });

  it('a list that is longer than the queue is answered whole, and in order', async () => {
    const prompt = Array.from({ length: 100 }, (_, index) => `${index}:`);
    const { status, body } = await post(session, 'completions', { ...TEXT, prompt, max_tokens: 1, echo: true });
    expect(status, JSON.stringify(body)).toBe(200);
    const { choices } = body as { readonly choices: readonly { readonly index: number; readonly text: string }[] };
    expect(choices.map(({ index }) => index)).toEqual([...prompt.keys()]);
    expect(choices.filter(({ text, index }) => !text.startsWith(prompt[index] ?? '-'))).toEqual([]);
  });

  it('one that is too long, no JSON, or nobody’s is refused', async () => {
    expect(await post(session, 'completions', { ...TEXT, prompt: 'x'.repeat(8 * 1024 * 1024) })).toMatchObject({ status: 413 });
    expect(await post(session, 'completions', 'no object')).toMatchObject({ status: 400 });
    expect(await post({ ...session, headers: { authorization: 'Bearer x' } }, 'completions', TEXT)).toMatchObject({ status: 401 });
    expect(await post(session, 'completions', { ...TEXT, model: 'nobody' })).toMatchObject({ status: 404 });
    expect(await post(session, 'nothing', TEXT)).toMatchObject({ status: 404 });
  });
});
