import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineSession } from '@ilab/plugin-api';
import { DEMO, NO_ENGINE, post, realEngine } from './real.ts';

/** Just below what a request may have: whole, llama.cpp takes seconds for its tokens. */
const HUGE = 'word '.repeat(1_600_000);
const ALL_ONE = 'x'.repeat(8_000_000);

const CASES: readonly [string, object, string][] = [
  ['chat/completions', { messages: [{ role: 'user', content: HUGE }] }, 'messages'],
  ['chat/completions', { messages: [{ role: 'user', content: ALL_ONE }] }, 'messages'],
  ['completions', { prompt: HUGE }, 'prompt'],
  ['completions', { prompt: ['a', HUGE] }, 'prompt'],
  ['embeddings', { input: HUGE }, 'input'],
  ['../tokenize', { prompt: HUGE }, 'prompt'],
  ['../tokenize', { messages: [{ role: 'user', content: HUGE }] }, 'messages'],
  ['../detokenize', { tokens: Array.from({ length: 1_000_000 }, () => 5) }, 'tokens'],
];

describe.skipIf(NO_ENGINE)(`long texts (${NO_ENGINE ?? 'real engine'})`, { timeout: 60_000 }, () => {
  let session: EngineSession;
  beforeAll(async () => {
    session = await realEngine().start({ ...DEMO, model: { ...DEMO.model, adapters: [] } }, {});
  }, 60_000);
  afterAll(() => session?.end());

  it.each(CASES)('%s refuses one that it need not read to its end', async (path, body, param) => {
    const answer = await post(session, path, { model: 'demo', ...body });
    expect(answer).toMatchObject({ status: 400, body: { error: { param, type: 'invalid_request_error' } } });
    // What llama.cpp alone would have said is how many tokens they are.
    expect(JSON.stringify(answer.body)).toMatch(/more than|at once/);
  });

  it('that a context has room for are read whole, and counted as they are', async () => {
    const { contextLength = 0 } = session;
    const text = 'InstructLab is an open source project. '.repeat(1000);
    const { body } = await post(session, '../tokenize', { prompt: text });
    const { tokens, count } = body as { readonly tokens: readonly number[]; readonly count: number };
    expect(count).toBeGreaterThan(contextLength);
    expect(await post(session, '../detokenize', { tokens })).toMatchObject({ status: 200, body: { prompt: text } });
  });
});
