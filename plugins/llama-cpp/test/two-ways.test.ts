import type { EngineSession } from '@ilab/plugin-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO, NO_ENGINE, post, realEngine } from './real.ts';

// A completion that nothing stops is computed without the library's own loop, one with a stop text by it: they must say the same.

const NEVER = { stop: 'ÿ never said ÿ' };
const CASES: readonly (readonly [string, object])[] = [
  ['the likeliest tokens', { prompt: '<|im_start|>user\nWhat is InstructLab?<|im_end|>\n<|im_start|>assistant\n', max_tokens: 64, temperature: 0 }],
  ['an answer cut off', { prompt: 'InstructLab is', max_tokens: 3, temperature: 0 }],
  ['chosen tokens with a seed', { prompt: 'InstructLab is', max_tokens: 40, temperature: 1.5, seed: 7 }],
  ['chosen tokens of few', { prompt: 'The', max_tokens: 40, temperature: 2, seed: 3, top_k: 20, top_p: 0.9, min_p: 0.01 }],
  // At this temperature anything comes, parts of characters too.
  ...Array.from({ length: 6 }, (_, seed) => [`noise ${seed}`, { prompt: 'é', max_tokens: 100, temperature: 2, seed, top_k: 0, top_p: 1, min_p: 0 }] as const),
  ['one token before', { prompt: [5], max_tokens: 8, temperature: 0 }],
  ['as much as fits', { prompt: [5, 6, 7], max_tokens: 100_000, temperature: 1, seed: 1 }],
  ['an echo', { prompt: 'InstructLab is', max_tokens: 5, temperature: 0, echo: true }],
  ['several answers', { prompt: ['InstructLab', 'What'], n: 2, max_tokens: 9, temperature: 1, seed: 4 }],
];

describe.skipIf(NO_ENGINE)(`completions${NO_ENGINE ? `: ${NO_ENGINE}` : ''}`, () => {
  let session: EngineSession;
  beforeAll(async () => {
    session = await realEngine().start({ ...DEMO, contextLength: 256 }, {});
  }, 60_000);
  afterAll(() => session?.end());

  const ask = async (request: object): Promise<object> => {
    const { status, body } = await post(session, 'completions', { model: 'demo', ...request });
    expect(status).toBe(200);
    const { choices, usage } = body as { choices: object; usage: object };
    return { choices, usage };
  };
  const stream = async (request: object): Promise<string> => {
    const response = await fetch(new URL('completions', `${session.endpoint}/`), {
      method: 'POST',
      headers: { ...session.headers, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'demo', stream: true, ...request }),
    });
    const events = (await response.text()).split('\n\n').filter((event) => event.startsWith('data: {'));
    const choices = events.flatMap((event) => (JSON.parse(event.slice('data: '.length)) as { choices: { index: number; text: string }[] }).choices);
    return choices
      .sort((a, b) => a.index - b.index)
      .map(({ text }) => text)
      .join('');
  };

  it.for(CASES)('say the same with and without a text that could stop them: %s', async ([, request]) => {
    const plain = await ask(request);
    expect(plain).toEqual(await ask({ ...request, ...NEVER }));
    expect(plain).toMatchObject({ choices: expect.arrayContaining([expect.objectContaining({ text: expect.stringMatching(/./s) })]) });
  });

  it.for(CASES)('stream what they say whole: %s', async ([, request]) => {
    const { choices } = (await ask(request)) as { choices: { text: string }[] };
    expect(await stream(request)).toBe(choices.map(({ text }) => text).join(''));
  });
});
