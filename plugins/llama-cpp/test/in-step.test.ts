import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineSession } from '@ilab/plugin-api';
import { DEMO, NO_ENGINE, post, realEngine } from './real.ts';

const LONG = {
  model: 'demo',
  prompt: '<|im_start|>user\nWhat is InstructLab?<|im_end|>\n<|im_start|>assistant\n',
  max_tokens: 400,
  temperature: 0,
  stream: true,
};
const SHORT = { model: 'demo', prompt: 'InstructLab is', max_tokens: 2, temperature: 0 };

describe.skipIf(NO_ENGINE)(`conversations at the same time (${NO_ENGINE ?? 'real engine'})`, { timeout: 60_000 }, () => {
  let session: EngineSession;
  beforeAll(async () => {
    session = await realEngine().start({ ...DEMO, model: { ...DEMO.model, adapters: [] }, slots: 4 }, {});
  }, 60_000);
  afterAll(() => session?.end());

  /** Begins a long answer. @returns once its first piece is there */
  async function begin(signal?: AbortSignal): Promise<{ readonly rest: Promise<string> }> {
    const headers = { ...session.headers, 'content-type': 'application/json' };
    const response = await fetch(`${session.endpoint}/completions`, { method: 'POST', headers, body: JSON.stringify(LONG), ...(signal && { signal }) });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    if (!reader) throw new Error('there is no answer');
    const { value = '' } = await reader.read();
    const rest = async (): Promise<string> => {
      let text = value;
      for (let next = await reader.read(); !next.done; next = await reader.read()) text += next.value;
      return text;
    };
    return { rest: rest() };
  }

  it('one that joins three is answered while they go on', async () => {
    // What a place knows from before has to be erased first, which none of the three may be in the midst of a step for.
    for (const { rest } of await Promise.all([begin(), begin(), begin(), begin()])) await rest;
    const long = await Promise.all([begin(), begin(), begin()]);
    const order: string[] = [];
    const ends = long.map(async ({ rest }) => {
      const text = await rest;
      order.push('long');
      return text;
    });
    expect(await post(session, 'completions', SHORT)).toMatchObject({ status: 200 });
    order.push('short');
    expect(order).toEqual(['short']);
    for (const text of await Promise.all(ends)) expect(textOf(text).length).toBeGreaterThan(100);
  });

  it('answers at the same time are those that are given one by one', async () => {
    const alone = textOf(await (await begin()).rest);
    const together = await Promise.all([begin(), begin(), begin(), begin()]);
    for (const { rest } of together) expect(textOf(await rest)).toBe(alone);
  });

  it('one whose asker is gone holds nobody', async () => {
    const leaving = new AbortController();
    const [gone, ...others] = await Promise.all([begin(leaving.signal), begin(), begin()]);
    leaving.abort(new Error('gone'));
    await expect(gone.rest).rejects.toThrow('gone');
    for (const { rest } of others) expect(await rest).toContain('[DONE]');
  });
});

function textOf(events: string): string {
  const texts = [...events.matchAll(/^data: (\{.*\})$/gm)].map(
    ([, event = '']) => JSON.parse(event) as { readonly choices: readonly { readonly text: string }[] },
  );
  return texts.map(({ choices: [choice] }) => choice?.text ?? '').join('');
}
