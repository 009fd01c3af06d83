import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CALLER, TIRELESS } from '@ilab/plugin-llama-cpp/test/calling-llama';
import { OpenAI } from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addLlamaCpp, createWorkspace, DEMO_MODELS, NO_LLAMA_CPP, type Running, startIlab, type Workspace } from '../src/index.ts';

type Request = OpenAI.ChatCompletionCreateParamsNonStreaming;
type Told = Pick<OpenAI.ChatCompletion.Choice, 'finish_reason'> & { readonly content: string | null; readonly calls: readonly (readonly [string, unknown])[] };

const DEMO = DEMO_MODELS.v1;
const MOST = 8;
const [PARIS, UTC] = [{ city: 'Paris' }, { zone: 'utc' }];
const one = (value: object) => ({
  type: 'object',
  properties: Object.fromEntries(Object.entries(value).map(([name, only]) => [name, { enum: [only] }])),
  required: Object.keys(value),
  additionalProperties: false,
});
const named = (name: string) => ({ type: 'function' as const, function: { name } });
const tools: OpenAI.ChatCompletionTool[] = [
  { type: 'function', function: { name: 'get_weather', description: 'Weather of a city', parameters: one(PARIS), strict: true } },
  { type: 'function', function: { name: 'get_time', parameters: one(UTC), strict: true } },
];

describe.skipIf(NO_LLAMA_CPP)(`tools, through OpenAI’s own client${NO_LLAMA_CPP}`, { timeout: 60_000 }, () => {
  let workspace: Workspace;
  let server: Running;
  let client: OpenAI;
  let caller: string;
  let tireless: string;
  beforeAll(async () => {
    workspace = await createWorkspace();
    await addLlamaCpp(workspace);
    [caller, tireless] = [join(workspace.home, 'caller.gguf'), join(workspace.home, 'tireless.gguf')];
    await Promise.all([writeFile(caller, CALLER), writeFile(tireless, TIRELESS)]);
    const models = [caller, tireless, DEMO].flatMap((model) => ['--model', model]);
    server = startIlab(workspace, ['model', 'serve', ...models, '--port', '0', '--threads', '1', '--slots', '1']);
    await server.says(/Try it: curl http:\/\/127\.0\.0\.1:\d+/);
    client = new OpenAI({ baseURL: `${/http:\/\/127\.0\.0\.1:\d+/.exec(server.stderr())?.[0]}/v1`, apiKey: 'none', maxRetries: 0 });
  }, 60_000);
  afterAll(async () => {
    server?.child.kill();
    await server?.ended;
    await workspace?.remove();
  });

  const request = (model: string, content: string, more: Partial<Request> = {}): Request => ({
    model,
    messages: [{ role: 'user', content }],
    tools,
    temperature: 0,
    max_tokens: 400,
    ...more,
  });

  /** Asks twice, whole and as a stream, which have to come to the same. */
  async function ask(model: string, content: string, more?: Partial<Request>): Promise<Told> {
    const asked = request(model, content, more);
    const whole = told((await client.chat.completions.create(asked)).choices[0]);
    expect(told((await client.chat.completions.stream({ ...asked, stream: true }).finalChatCompletion()).choices[0])).toEqual(whole);
    return whole;
  }

  it('are called where the model chooses to', async () => {
    const called = { finish_reason: 'tool_calls', content: null, calls: [['get_weather', PARIS]] };
    for (const tool_choice of [undefined, 'auto'] as const) {
      expect(await ask(caller, 'Weather?', { tools: tools.slice(0, 1), ...(tool_choice && { tool_choice }) })).toEqual(called);
    }
    expect(await ask(caller, 'Hi!')).toEqual({ finish_reason: 'stop', content: 'Hello.', calls: [] });
  });

  it('are left alone by a model that knows of none', async () => {
    const now = [{ type: 'function' as const, function: { name: 'now' } }];
    const { calls, content, finish_reason: reason } = await ask(DEMO, 'Hello', { tools: now, tool_choice: 'auto' });
    expect({ calls, reason }).toEqual({ calls: [], reason: 'stop' });
    expect(content).toMatch(/\w/);
    // What they are described by counts.
    await expect(ask(DEMO, 'Hello', { tool_choice: 'auto' })).rejects.toMatchObject({ status: 400, code: 'context_length_exceeded' });
  });

  it('are called several at once, or one, as the client wants it', async () => {
    const several = await ask(tireless, 'Weather?', { tools: tools.slice(0, 1) });
    expect(several).toEqual({ finish_reason: 'tool_calls', content: null, calls: Array(MOST).fill(['get_weather', PARIS]) });
    const single = await ask(tireless, 'Weather?', { tools: tools.slice(0, 1), parallel_tool_calls: false });
    expect(single).toEqual({ finish_reason: 'tool_calls', content: null, calls: [['get_weather', PARIS]] });
  });

  it('have to be called, one of all or one by its name, by any model', async () => {
    const some = [['get_weather', PARIS] as const, ['get_time', UTC] as const];
    for (const model of [caller, DEMO]) {
      const { calls, ...rest } = await ask(model, 'Well?', { tool_choice: 'required' });
      expect(rest).toEqual({ finish_reason: 'tool_calls', content: null });
      expect(some).toContainEqual(calls[0]);
      for (const [name, value] of some) {
        const allowed = { type: 'allowed_tools' as const, allowed_tools: { mode: 'required' as const, tools: [named(name)] } };
        for (const tool_choice of [named(name), allowed]) {
          expect(await ask(model, 'Well?', { tool_choice })).toEqual({ finish_reason: 'tool_calls', content: null, calls: [[name, value]] });
        }
      }
    }
  });

  it('are not called where they may not be', async () => {
    expect(await ask(DEMO, 'Hello', { tool_choice: 'none' })).toMatchObject({ calls: [], finish_reason: 'stop' });
    await expect(ask(DEMO, 'Hello', { tool_choice: named('other') })).rejects.toBeInstanceOf(OpenAI.BadRequestError);
  });

  it('are run by the client, whose results the model goes on from', async () => {
    const ran: unknown[] = [];
    const weather = {
      name: 'get_weather',
      parameters: one(PARIS),
      parse: JSON.parse,
      description: 'Weather',
      function: (given: unknown) => ran.push(given) && 'clear',
    };
    const runner = client.chat.completions.runTools({ ...request(caller, 'Weather?'), tools: [{ type: 'function', function: weather }] });
    expect(await runner.finalContent()).toBe('It is sunny.');
    expect(ran).toEqual([PARIS]);
  });
});

function told(choice: OpenAI.ChatCompletion.Choice | undefined): Told {
  if (!choice) throw new Error('nothing was answered');
  const { message, finish_reason } = choice;
  const calls = (message.tool_calls ?? []).map((call) => {
    if (call.type !== 'function') throw new Error('no function was called');
    return [call.function.name, JSON.parse(call.function.arguments)] as const;
  });
  return { finish_reason, content: message.content, calls };
}
