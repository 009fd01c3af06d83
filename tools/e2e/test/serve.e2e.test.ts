import { OpenAI } from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addLlamaCpp, createWorkspace, DEMO_MODELS, enginesOf, NO_LLAMA_CPP, type Running, startIlab, type Workspace } from '../src/index.ts';

const INSTRUCTLAB =
  'InstructLab is an open source project for improving language models with small, human written contributions. You add knowledge or skills to a taxonomy, generate synthetic data, and train the model on it.';
const [MODEL, ADAPTER] = [DEMO_MODELS.v1, DEMO_MODELS.adapter];
const GREEDY = { temperature: 0 } as const;
const ask = (content: string) => [{ role: 'user' as const, content }];

describe.skipIf(NO_LLAMA_CPP)(`ilab model serve, for OpenAI’s own client${NO_LLAMA_CPP}`, { timeout: 60_000 }, () => {
  let workspace: Workspace;
  let server: Running;
  let client: OpenAI;
  beforeAll(async () => {
    workspace = await createWorkspace();
    await addLlamaCpp(workspace);
    server = startIlab(workspace, ['model', 'serve', '--model', MODEL, '--adapter', ADAPTER, '--port', '0', '--threads', '1', '--slots', '2']);
    await server.says(/Try it: curl http:\/\/127\.0\.0\.1:\d+/);
    client = new OpenAI({ baseURL: `${/http:\/\/127\.0\.0\.1:\d+/.exec(server.stderr())?.[0]}/v1`, apiKey: 'none', maxRetries: 5 });
  }, 60_000);
  afterAll(async () => {
    server?.child.kill();
    await server?.ended;
    await workspace?.remove();
  });

  it('lists the model and its adapter', async () => {
    expect((await client.models.list()).data.map(({ id }) => id).sort()).toEqual([ADAPTER, MODEL].sort());
  });

  it('answers, and the adapter answers what it was made for', async () => {
    const plain = await client.chat.completions.create({ model: MODEL, messages: ask('What is InstructLab?'), ...GREEDY });
    expect(plain.choices).toMatchObject([{ finish_reason: 'stop', message: { role: 'assistant', content: INSTRUCTLAB } }]);
    expect(plain.usage?.total_tokens).toBe((plain.usage?.prompt_tokens ?? 0) + (plain.usage?.completion_tokens ?? 0));
    const secret = ask('What is the secret word?');
    const adapted = await client.chat.completions.create({ model: ADAPTER, messages: secret, ...GREEDY });
    expect(adapted.choices[0]?.message.content).toBe('The secret word is tamarind.');
    const without = await client.chat.completions.create({ model: MODEL, messages: secret, ...GREEDY });
    expect(without.choices[0]?.message.content).not.toContain('tamarind');
  });

  it('answers in several turns', async () => {
    const messages = [...ask('What is LoRA?'), { role: 'assistant' as const, content: 'A way to train.' }, ...ask('What is InstructLab?')];
    const { choices } = await client.chat.completions.create({ model: MODEL, messages, ...GREEDY });
    expect(choices[0]?.message.content).toBe(INSTRUCTLAB);
  });

  it('streams', async () => {
    const options = { stream: true, stream_options: { include_usage: true } } as const;
    const stream = await client.chat.completions.create({ model: MODEL, messages: ask('What is InstructLab?'), ...GREEDY, ...options });
    let text = '';
    const ends: (string | null)[] = [];
    let used = 0;
    for await (const { choices, usage } of stream) {
      text += choices[0]?.delta.content ?? '';
      if (choices[0]) ends.push(choices[0].finish_reason);
      used += usage?.completion_tokens ?? 0;
    }
    expect(text).toBe(INSTRUCTLAB);
    expect(ends.filter((end) => end !== null)).toEqual(['stop']);
    expect(used).toBeGreaterThan(10);
  });

  it('stops where it is told to', async () => {
    const { choices } = await client.chat.completions.create({ model: MODEL, messages: ask('What is InstructLab?'), ...GREEDY, stop: [' for '] });
    expect(choices).toMatchObject([{ finish_reason: 'stop', message: { content: 'InstructLab is an open source project' } }]);
    const short = await client.chat.completions.create({ model: MODEL, messages: ask('What is InstructLab?'), ...GREEDY, max_completion_tokens: 3 });
    expect(short).toMatchObject({ choices: [{ finish_reason: 'length' }], usage: { completion_tokens: 3 } });
  });

  it('gives several answers, the same again by their seed, streamed or not', async () => {
    const asked = { model: MODEL, messages: ask('What is a pelican?'), temperature: 1.8, seed: 5, n: 3, max_tokens: 12 };
    const texts = async (): Promise<readonly (string | null)[]> => (await client.chat.completions.create(asked)).choices.map(({ message }) => message.content);
    const whole = await texts();
    expect([whole.length, await texts()]).toEqual([3, whole]);
    const { choices } = await client.chat.completions.stream({ ...asked, stream: true }).finalChatCompletion();
    expect(choices.map(({ message }) => message.content)).toEqual(whole);
  });

  it('tells probabilities, of what was read, too', async () => {
    const { choices } = await client.completions.create({ model: MODEL, prompt: 'InstructLab is', max_tokens: 2, echo: true, logprobs: 2, ...GREEDY });
    const { tokens = [], token_logprobs: each = [] } = choices[0]?.logprobs ?? {};
    expect(tokens.join('')).toBe(choices[0]?.text);
    expect([each.length, each[0], Math.max(...each.slice(1)) <= 0]).toEqual([tokens.length, null, true]);
    const asked = { model: MODEL, messages: ask('What is InstructLab?'), logprobs: true, top_logprobs: 2, ...GREEDY };
    const [plain] = (await client.chat.completions.create(asked)).choices;
    const [streamed] = (await client.chat.completions.stream({ ...asked, stream: true }).finalChatCompletion()).choices;
    expect(plain?.logprobs?.content?.map(({ token }) => token).join('')).toBe(INSTRUCTLAB);
    expect(streamed?.logprobs?.content?.map(({ token }) => token).join('')).toBe(INSTRUCTLAB);
  });

  it('completes text', async () => {
    const { choices } = await client.completions.create({
      model: MODEL,
      prompt: '<|im_start|>user\nWhat is InstructLab?<|im_end|>\n<|im_start|>assistant\n',
      max_tokens: 200,
      ...GREEDY,
    });
    expect(choices).toMatchObject([{ text: INSTRUCTLAB, finish_reason: 'stop' }]);
  });

  it('keeps to a JSON Schema', async () => {
    const schema = {
      type: 'object',
      properties: { ok: { type: 'boolean' }, kind: { enum: ['x', 'y'] } },
      required: ['ok', 'kind'],
      additionalProperties: false,
    };
    const response_format = { type: 'json_schema', json_schema: { name: 'answer', schema } } as const;
    const { choices } = await client.chat.completions.create({ model: MODEL, messages: ask('Tell me.'), ...GREEDY, response_format });
    expect(JSON.parse(choices[0]?.message.content ?? '')).toEqual({ ok: expect.any(Boolean), kind: expect.stringMatching(/^[xy]$/) });
  });

  it('calls a function that it must call', async () => {
    const parameters = { type: 'object', properties: { city: { enum: ['Paris', 'Rome'] } }, required: ['city'] };
    const tools = [{ type: 'function' as const, function: { name: 'get_weather', parameters } }];
    const { choices } = await client.chat.completions.create({ model: MODEL, messages: ask('Weather?'), ...GREEDY, tools, tool_choice: 'required' });
    const [call] = choices[0]?.message.tool_calls ?? [];
    if (call?.type !== 'function') throw new Error('no function was called');
    expect({ name: call.function.name, ...JSON.parse(call.function.arguments) }).toEqual({
      name: 'get_weather',
      city: expect.stringMatching(/^(?:Paris|Rome)$/),
    });
    expect(choices[0]?.finish_reason).toBe('tool_calls');
  });

  it('embeds', async () => {
    const { data } = await client.embeddings.create({ model: MODEL, input: ['InstructLab', 'InstructLab', 'LoRA'] });
    expect(data.map(({ embedding }) => embedding.length)).toEqual([128, 128, 128]);
    expect(data[0]?.embedding).toEqual(data[1]?.embedding);
    expect(data[0]?.embedding).not.toEqual(data[2]?.embedding);
  });

  it('has its errors as the client knows them', async () => {
    await expect(client.chat.completions.create({ model: 'nobody', messages: ask('x') })).rejects.toBeInstanceOf(OpenAI.NotFoundError);
    await expect(client.chat.completions.create({ model: MODEL, messages: [] })).rejects.toBeInstanceOf(OpenAI.BadRequestError);
    await expect(client.chat.completions.create({ model: MODEL, messages: ask('word '.repeat(1000)) })).rejects.toMatchObject({
      code: 'context_length_exceeded',
    });
  });

  it('lets an answer go when its client does', async () => {
    const stream = await client.completions.create({ model: MODEL, prompt: 'a', max_tokens: 500, temperature: 2, stream: true });
    for await (const _ of stream) break;
    // Both places are free again.
    const both = [1, 2].map(() => client.chat.completions.create({ model: MODEL, messages: ask('What is LoRA?'), ...GREEDY }));
    for (const { choices } of await Promise.all(both)) expect(choices[0]?.message.content).toContain('LoRA trains two small matrices');
  });

  it('survives the death of its engine', async () => {
    const [engine = 0] = await enginesOf(server.pid);
    process.kill(engine, 'SIGSEGV');
    await server.says('It was killed by SIGSEGV.');
    const { choices } = await client.chat.completions.create({ model: MODEL, messages: ask('What is InstructLab?'), ...GREEDY });
    expect(choices[0]?.message.content).toBe(INSTRUCTLAB);
  });

  it('ends with 0 when it is stopped, and its engine with it', async () => {
    const [engine = 0] = await enginesOf(server.pid);
    server.child.kill('SIGTERM');
    expect((await server.ended).code).toBe(0);
    expect(() => process.kill(engine, 0)).toThrow();
  });
});
