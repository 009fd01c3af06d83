import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  addLlamaCpp,
  createWorkspace,
  DEMO_MODELS,
  findPython,
  lackingModules,
  mustRun,
  NO_LLAMA_CPP,
  type Running,
  startIlab,
  type Workspace,
} from '../src/index.ts';

const CLIENT = fileURLToPath(new URL('../src/reference/openai_client.py', import.meta.url));
const MODEL = DEMO_MODELS.v1;
const ANSWER = 'LoRA trains two small matrices beside each large one. The adapter is tiny, and it can be loaded on top of the base model or merged into it.';
const lacks = lackingModules('openai');
const SKIPPED = NO_LLAMA_CPP || (lacks === undefined ? '' : ` [${lacks}]`);

interface Made {
  readonly texts: readonly string[];
  readonly ends: readonly string[];
  readonly usage: { readonly prompt_tokens: number; readonly completion_tokens: number };
}

/** What the script tells. */
interface Told {
  readonly models: readonly string[];
  readonly retrieved: string;
  readonly plain: readonly Made[];
  readonly short: readonly Made[];
  readonly several: readonly Made[];
  readonly again: readonly string[];
  readonly stops: readonly unknown[];
  readonly parsed: readonly boolean[];
  readonly called: readonly unknown[];
  readonly embedded: { readonly lengths: readonly number[]; readonly furthest: number; readonly differ: boolean };
  readonly scored: { readonly text: boolean; readonly first: null; readonly furthest: number; readonly chat: boolean };
  readonly left: readonly string[];
  readonly unknown: readonly unknown[];
  readonly wrong: readonly unknown[];
}

describe.skipIf(SKIPPED !== '')(`ilab model serve, for OpenAI’s own client in Python${SKIPPED}`, { timeout: 120_000 }, () => {
  let workspace: Workspace;
  let server: Running;
  let told: Told;
  beforeAll(async () => {
    workspace = await createWorkspace();
    await addLlamaCpp(workspace);
    server = startIlab(workspace, ['model', 'serve', '--model', MODEL, '--port', '0', '--threads', '1', '--slots', '1']);
    await server.says(/Try it: curl http:\/\/127\.0\.0\.1:\d+/);
    const url = `${/http:\/\/127\.0\.0\.1:\d+/.exec(server.stderr())?.[0]}/v1`;
    told = JSON.parse(await mustRun(findPython() ?? '', [CLIENT, url, MODEL, 'What is LoRA?'], { env: workspace.env })) as Told;
  }, 120_000);
  afterAll(async () => {
    server?.child.kill();
    await server?.ended;
    await workspace?.remove();
  });

  it('lists the model, and tells of it', () => {
    expect([told.models, told.retrieved]).toEqual([[MODEL], MODEL]);
  });

  it('comes to the same whole and as a stream, with what was used', () => {
    expect(told.plain.map(({ texts, ends }) => ({ texts, ends }))).toEqual(Array(2).fill({ texts: [ANSWER], ends: ['stop'] }));
    expect(told.short.map(({ texts, ends, usage }) => [texts[0], ends[0], usage.completion_tokens])).toEqual(Array(2).fill(['LoR', 'length', 3]));
    for (const [whole, streamed] of [told.plain, told.short, told.several]) expect(streamed).toEqual(whole);
  });

  it('gives several answers, which are the same again by their seed', () => {
    const [{ texts, usage } = { texts: [], usage: undefined }] = told.several;
    expect(texts).toHaveLength(3);
    expect(told.again).toEqual(texts);
    expect(usage).toMatchObject({ prompt_tokens: told.plain[0]?.usage.prompt_tokens });
  });

  it('stops just before each text that it is to stop at, wherever that is cut', () => {
    expect(told.stops).toEqual([]);
  });

  it('keeps to types, and calls functions by them', () => {
    expect(told.parsed).toEqual([true, true]);
    expect(told.called).toEqual(['tool_calls', true]);
  });

  it('embeds, in the form that the client chooses and in the one that it is told to', () => {
    expect(told.embedded).toEqual({ lengths: [128, 128], furthest: expect.closeTo(0, 6), differ: true });
  });

  it('tells probabilities, of a text and of a conversation the same', () => {
    expect(told.scored).toEqual({ text: true, first: null, furthest: expect.closeTo(0, 2), chat: true });
  });

  it('has its only place free again when a stream is left', () => {
    expect(told.left).toEqual([ANSWER]);
  });

  it('has its errors as the client knows them', () => {
    expect(told.unknown).toEqual([404, 'model_not_found', null]);
    expect(told.wrong).toEqual([400, null, 'temperature']);
  });
});
