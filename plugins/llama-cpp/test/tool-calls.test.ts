import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineSession } from '@ilab/plugin-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO, NO_ENGINE, post, realEngine } from './real.ts';
import { CALLER } from './calling-llama.ts';

const city = { type: 'object', properties: { city: { enum: ['Paris'] } }, required: ['city'] };
const tools = [{ type: 'function', function: { name: 'get_weather', description: 'Weather of a city', parameters: city } }];

describe.skipIf(NO_ENGINE)(`a model that may call functions (${NO_ENGINE ?? 'real engine'})`, { timeout: 60_000 }, () => {
  let folder: string;
  let session: EngineSession;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ilab-tools-'));
    const path = join(folder, 'model.gguf');
    await writeFile(path, CALLER);
    const model = { names: ['m'], path, format: 'gguf', files: [], adapters: [] } as const;
    session = await realEngine().start({ ...DEMO, model, slots: 1 }, {});
  }, 60_000);
  afterAll(async () => {
    await session?.end();
    await rm(folder, { recursive: true, force: true });
  });

  const WEATHER = { role: 'user', content: 'Weather in Paris?' };
  const CALL = { type: 'function', function: { name: 'get_weather', arguments: '{"city":"Paris"}' } };
  const RESULT = [
    { ...WEATHER },
    { role: 'assistant', content: null, tool_calls: [{ ...CALL, id: 'c1' }] },
    { role: 'tool', tool_call_id: 'c1', content: '{"sky":"clear"}' },
  ];

  async function answer(messages: readonly object[], more: object = { tools }): Promise<Answer> {
    const { status, body } = await post(session, 'chat/completions', { model: 'm', messages, temperature: 0, max_tokens: 200, ...more });
    expect(status, JSON.stringify(body)).toBe(200);
    return body as Answer;
  }

  async function ask(messages: readonly object[], more?: object): Promise<Choice> {
    const [choice] = (await answer(messages, more)).choices;
    return choice ?? { message: {}, finish_reason: '' };
  }

  it.each([{ tool_choice: 'auto' }, {}])('calls one where it chooses to: %j', async (choice) => {
    const { message, finish_reason: reason } = await ask([WEATHER], { tools, ...choice });
    expect({ message, reason }).toEqual({
      message: { role: 'assistant', content: null, tool_calls: [{ ...CALL, id: expect.stringMatching(/^call_/) }] },
      reason: 'tool_calls',
    });
  });

  const TIME = { type: 'function', function: { name: 'get_time' } };
  const allow = (mode: string, tool: object) => ({ tool_choice: { type: 'allowed_tools', allowed_tools: { mode, tools: [tool] } } });

  it('calls only what is allowed of all there is', async () => {
    const both = { tools: [...tools, TIME] };
    expect(await ask([WEATHER], { ...both, ...allow('auto', { type: 'function', function: { name: 'get_weather' } }) })).toMatchObject({
      message: { tool_calls: [CALL] },
    });
    for (const mode of ['auto', 'required']) {
      const { message } = await ask([WEATHER], { ...both, ...allow(mode, TIME) });
      expect(message).toMatchObject({ tool_calls: [{ function: { name: 'get_time', arguments: '{}' } }] });
    }
  });

  it('and speaks where it does not, or may not', async () => {
    expect(await ask([{ role: 'user', content: 'Hi!' }])).toMatchObject({ message: { content: 'Hello.' }, finish_reason: 'stop' });
    const { message } = await ask([WEATHER], { tools, tool_choice: 'none' });
    expect(message).not.toHaveProperty('tool_calls');
  });

  it('counts what a call is made of, also where it is cut off', async () => {
    const { choices, usage } = await answer([WEATHER]);
    expect(choices).toMatchObject([{ finish_reason: 'tool_calls' }]);
    // Every letter of these is a token of this model; what begins the call is one more.
    expect(usage.completion_tokens).toBeGreaterThan(`get_weather${CALL.function.arguments}`.length);
    expect(usage.completion_tokens).toBeLessThan(200);
    expect(await answer([WEATHER], { tools, max_tokens: 20 })).toMatchObject({ choices: [{ finish_reason: 'length' }], usage: { completion_tokens: 20 } });
    // It is one token, and the end is none.
    expect(await answer(RESULT)).toMatchObject({ choices: [{ finish_reason: 'stop' }], usage: { completion_tokens: 1 } });
  });

  it('streams the call in a piece of its own', async () => {
    const response = await fetch(`${session.endpoint}/chat/completions`, {
      method: 'POST',
      headers: { ...session.headers, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'm', messages: [WEATHER], tools, temperature: 0, stream: true }),
    });
    const events = (await response.text())
      .split('\n\n')
      .flatMap((event) => (event.startsWith('data: {') ? [JSON.parse(event.slice('data: '.length)) as object] : []));
    const choices = events.flatMap(
      (event) => (event as { readonly choices: readonly { readonly delta: object; readonly finish_reason: string | null }[] }).choices,
    );
    expect(choices.map(({ delta, finish_reason: reason }) => [delta, reason])).toEqual([
      [{ role: 'assistant', content: '' }, null],
      [{ tool_calls: [{ ...CALL, index: 0, id: expect.stringMatching(/^call_/) }] }, null],
      [{}, 'tool_calls'],
    ]);
  });

  it('reads what came of a call, as the template has it, and answers', async () => {
    expect(await ask(RESULT)).toMatchObject({ message: { content: 'It is sunny.' }, finish_reason: 'stop' });
    const { body } = await post(session, '/tokenize', { messages: RESULT });
    const rendered = await post(session, '/detokenize', { tokens: (body as { readonly tokens: readonly number[] }).tokens });
    const call = '<tool_call>{"name": "get_weather", "arguments": {"city": "Paris"}}</tool_call>';
    expect(rendered.body).toEqual({ prompt: `Weather in Paris?${call}<tool_response>{"sky":"clear"}</tool_response>` });
  });
});

interface Answer {
  readonly choices: readonly Choice[];
  readonly usage: { readonly completion_tokens: number };
}

interface Choice {
  readonly message: object;
  readonly finish_reason: string;
}
