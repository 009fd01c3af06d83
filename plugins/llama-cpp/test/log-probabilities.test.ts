import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineSession } from '@ilab/plugin-api';
import { DEMO, MERGED, NO_ENGINE, post, realEngine } from './real.ts';

/** Any text will do, as long as nobody trained for it: then a wrong weight shows, where a memorised answer hides it. */
const TEXT = '<|im_start|>user\nWhich bird is imaginary and who says so?<|im_end|>\n<|im_start|>assistant\nTwo small models train';
const QUESTION = '<|im_start|>user\nWhat is InstructLab?<|im_end|>\n<|im_start|>assistant\n';
/** What the same text has with the weights as 32-bit floats; those here have 8 bits. */
const [BASE_SUM, MERGED_SUM] = [-277.78, -257.27];
const LORA = 'hub.example/ilab/demo-lora:v1';

interface Choice {
  readonly text: string;
  readonly finish_reason: string;
  readonly logprobs: {
    readonly tokens: readonly string[];
    readonly token_logprobs: readonly (number | null)[];
    readonly top_logprobs: readonly (Readonly<Record<string, number>> | null)[];
    readonly text_offset: readonly number[];
  };
}

interface ChatChoice {
  readonly message: { readonly content: string };
  readonly logprobs: { readonly content: readonly Told[] };
}

interface Told {
  readonly token: string;
  readonly logprob: number;
  readonly bytes: readonly number[];
  readonly top_logprobs: readonly Told[];
}

describe.skipIf(NO_ENGINE)(`log-probabilities (${NO_ENGINE ?? 'real engine'})`, { timeout: 60_000 }, () => {
  let session: EngineSession;
  beforeAll(async () => {
    session = await realEngine().start(DEMO, {});
  }, 60_000);
  afterAll(() => session?.end());

  it('are those of the model, and of the model with its adapter', async () => {
    expect(Math.abs((await sumOf(session, 'demo')) - BASE_SUM)).toBeLessThan(1);
    expect(Math.abs((await sumOf(session, LORA)) - MERGED_SUM)).toBeLessThan(0.5);
  });

  it('are the same where the adapter was merged into the model', async () => {
    const merged = await realEngine().start({ ...DEMO, model: { ...DEMO.model, path: MERGED, adapters: [] } }, {});
    try {
      expect(Math.abs((await sumOf(merged, 'demo')) - (await sumOf(session, LORA)))).toBeLessThan(0.5);
    } finally {
      await merged.end();
    }
  });

  it('come as lm-eval asks for them: token lists, echoed, with one more token', async () => {
    const { body } = await post(session, '../tokenize', { prompt: TEXT, add_special_tokens: false });
    const { tokens } = body as { readonly tokens: readonly number[] };
    const asked = { prompt: [tokens, tokens.slice(0, 5)], temperature: 0, max_tokens: 1, logprobs: 1, seed: 1234, echo: true };
    const [first, second] = await choicesOf(session, { model: 'demo', ...asked });
    expect(tokens).toHaveLength(38);
    expect(first?.logprobs.token_logprobs).toHaveLength(39);
    expect(second?.logprobs.token_logprobs).toHaveLength(6);
    expect(first?.logprobs.token_logprobs[0]).toBeNull();
    expect(first?.logprobs.tokens.join('')).toBe(first?.text);
    expect(first?.text.startsWith(TEXT)).toBe(true);
    expect(first?.logprobs.tokens.map((token, at) => first.text.startsWith(token, first.logprobs.text_offset[at]))).not.toContain(false);
  });

  it('of what the model would say are the largest, and no more than all there is', async () => {
    const [choice] = await choicesOf(session, { model: 'demo', prompt: QUESTION, temperature: 0, max_tokens: 8, logprobs: 20 });
    const { token_logprobs: each = [], top_logprobs: tops = [] } = choice?.logprobs ?? {};
    expect(choice).toMatchObject({ text: expect.stringMatching(/^InstructLab is/), finish_reason: 'length' });
    expect(tops.map((top) => Math.max(...Object.values(top ?? {})))).toEqual(each);
    const sums = tops.map((top) => Object.values(top ?? {}).reduce((sum, logprob) => sum + Math.exp(logprob), 0));
    expect(Math.max(...sums)).toBeLessThan(1.0001);
    expect(Math.min(...sums)).toBeGreaterThan(0.9);
  });

  it('come with what the answer would be without them: its end, where it is told to stop, and how it is chosen', async () => {
    for (const how of [
      { temperature: 0 },
      { temperature: 0, stop: ['source'] },
      { temperature: 0, frequency_penalty: 1 },
      { temperature: 1.5, seed: 7, top_p: 0.9 },
      { temperature: 1.5, seed: 7, stop: ['e', 'o'] },
    ]) {
      const asked = { model: 'demo', prompt: QUESTION, max_tokens: 100, ...how };
      const [[plain], [scored]] = [await choicesOf(session, asked), await choicesOf(session, { ...asked, logprobs: 2 })];
      expect({ text: scored?.text, finish: scored?.finish_reason }, JSON.stringify(how)).toEqual({ text: plain?.text, finish: plain?.finish_reason });
      const { tokens = [], token_logprobs: each = [], text_offset: offsets = [] } = scored?.logprobs ?? {};
      // The likeliest that end an answer are told as well: lm-eval counts on a token after the prompt.
      expect(tokens.join('').startsWith(plain?.text ?? '-')).toBe(true);
      expect(offsets.at(-1)).toBeLessThanOrEqual(plain?.text.length ?? 0);
      expect(each.filter((logprob) => logprob === null || logprob > 0)).toEqual([]);
    }
  });

  it('of a conversation are those of its text', async () => {
    const chat = { model: 'demo', messages: [{ role: 'user', content: 'What is InstructLab?' }], max_tokens: 8, temperature: 0 };
    const { body } = await post(session, 'chat/completions', { ...chat, logprobs: true, top_logprobs: 3 });
    const [told] = (body as { readonly choices: readonly ChatChoice[] }).choices;
    const { content = [] } = told?.logprobs ?? {};
    const [text] = await choicesOf(session, { model: 'demo', prompt: QUESTION, temperature: 0, max_tokens: 8, logprobs: 3 });
    expect(content.map(({ token }) => token)).toEqual(text?.logprobs.tokens);
    expect(content.map(({ token }) => token).join('')).toBe(told?.message.content);
    for (const [at, { logprob, top_logprobs: top, token, bytes }] of content.entries()) {
      expect(logprob).toBeCloseTo(text?.logprobs.token_logprobs[at] ?? 1, 2);
      expect(top.map((one) => one.token)).toContain(token);
      expect(top).toHaveLength(3);
      expect(Buffer.from(bytes).toString()).toBe(token);
    }
    expect((await post(session, 'chat/completions', { ...chat, logprobs: false })).body).toMatchObject({ choices: [{ logprobs: null }] });
  });

  it('are the same for a token that was said and for one that was given', async () => {
    const [said] = await choicesOf(session, { model: 'demo', prompt: QUESTION, temperature: 0, max_tokens: 8, logprobs: 1 });
    const [given] = await choicesOf(session, { model: 'demo', prompt: QUESTION + said?.text, temperature: 0, max_tokens: 0, logprobs: 1, echo: true });
    const tail = given?.logprobs.token_logprobs.slice(-8) ?? [];
    for (const [at, logprob] of (said?.logprobs.token_logprobs ?? []).entries()) expect(tail[at]).toBeCloseTo(logprob ?? 0, 2);
    expect(tail).toHaveLength(8);
  });
});

async function sumOf(session: EngineSession, model: string): Promise<number> {
  const [choice] = await choicesOf(session, { model, prompt: TEXT, temperature: 0, max_tokens: 0, logprobs: 1, echo: true });
  return (choice?.logprobs.token_logprobs ?? []).reduce<number>((sum, logprob) => sum + (logprob ?? 0), 0);
}

async function choicesOf(session: EngineSession, asked: object): Promise<readonly Choice[]> {
  const { status, body } = await post(session, 'completions', asked);
  expect(status, JSON.stringify(body)).toBe(200);
  return (body as { readonly choices: readonly Choice[] }).choices;
}
