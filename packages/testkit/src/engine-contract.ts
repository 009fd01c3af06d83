import type { Engine, EngineEnd, EngineRequest, EngineSession } from '@ilab/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, askForStream, type Asking } from './ask-session.ts';
import { descendants, leftOver } from './descendants.ts';
import { endingOf, isEnd } from './ending.ts';

/** An engine, and a model that it runs on this machine. */
export interface EngineUnderTest {
  readonly engine: Engine;
  /** Under two names or more. */
  readonly request: EngineRequest;
  /** One that it can't run, for a reason that `fit` sees. */
  readonly unfit: EngineRequest;
}

/** How long starting may take, and ending, in milliseconds. */
const STARTING = 60_000;
const ENDING = 10_000;

const CHAT = [{ role: 'user', content: 'What is InstructLab?' }];

/** What every engine promises, see the port `Engine`. */
export function engineContract(make: () => Promise<EngineUnderTest>): void {
  describe('the engine contract', { timeout: STARTING }, () => {
    it('says in sentences what it can run, and starts nothing for it', async () => {
      const { engine, request, unfit } = await make();
      const before = await descendants();
      expect(await engine.fit(request, {})).toEqual({ fits: true, because: expect.stringMatching(SENTENCE) });
      expect(await engine.fit(unfit, {})).toEqual({ fits: false, because: expect.stringMatching(SENTENCE), hint: expect.stringMatching(/\S/) });
      const memory = await engine.memory?.(request, {});
      for (const bytes of Object.values(memory ?? {})) expect(bytes).toBeGreaterThanOrEqual(0);
      expect([...(await descendants())].filter((pid) => !before.has(pid))).toEqual([]);
    });

    describe('a session', () => {
      let session: EngineSession;
      let names: readonly string[];
      beforeAll(async () => {
        const { engine, request } = await make();
        names = [...request.model.names, ...request.model.adapters.flatMap((adapter) => adapter.names)];
        session = await engine.start(request, {});
      }, STARTING);
      afterAll(() => session.end(), STARTING);

      it('is an endpoint, told in plain data', () => {
        const { protocol, hostname, pathname } = new URL(session.endpoint);
        expect(protocol).toMatch(/^https?:$/);
        expect(pathname).toMatch(/[^/]$/);
        if (session.processId !== undefined) expect(hostname).toMatch(/^(?:127\.0\.0\.1|\[::1\])$/);
        expect(structuredClone(session.headers)).toStrictEqual(session.headers);
        if (session.contextLength !== undefined) expect(session.contextLength).toBeGreaterThan(0);
      });

      it('lists every name of the request', async () => {
        const { status, body } = await ask(session, 'models');
        expect(status).toBe(200);
        const { data } = body as { readonly data: readonly { readonly id: string }[] };
        expect(data.map(({ id }) => id)).toEqual(expect.arrayContaining([...names]));
      });

      it('answers under every name of the request', async () => {
        for (const model of names) {
          const chat = await ask(session, 'chat/completions', { body: { model, messages: CHAT, max_tokens: 4, temperature: 0 } });
          expect(chat, JSON.stringify(chat)).toMatchObject({
            status: 200,
            body: { choices: [{ message: { role: 'assistant', content: expect.any(String) } }] },
          });
          const text = await ask(session, 'completions', { body: { model, prompt: 'InstructLab is', max_tokens: 4, temperature: 0 } });
          expect(text, JSON.stringify(text)).toMatchObject({ status: 200, body: { choices: [{ text: expect.any(String) }] } });
        }
      });

      it.each(['chat/completions', 'completions'])('streams %s', async (path) => {
        const said = path === 'completions' ? { prompt: 'InstructLab is' } : { messages: CHAT };
        const events = await askForStream(session, path, { body: { model: names[0], ...said, max_tokens: 8, temperature: 0, stream: true } });
        expect(events.at(-1)).toBe('[DONE]');
        const chunks = events.slice(0, -1).map((event) => JSON.parse(event) as { readonly choices: readonly { readonly finish_reason?: string | null }[] });
        expect(chunks.flatMap(({ choices }) => choices).filter(({ finish_reason }) => typeof finish_reason === 'string')).toHaveLength(1);
      });

      it.each<[string, Asking['body']]>([
        ['embeddings', { input: 'InstructLab' }],
        ['../tokenize', { prompt: 'InstructLab' }],
        ['../detokenize', { tokens: [1, 2] }],
      ])('answers /%s, or says that it can’t', async (path, body) => {
        const answer = await ask(session, path, { body: { model: names[0], ...(body as object) } });
        expect([200, 404], JSON.stringify(answer)).toContain(answer.status);
      });

      it('lets nobody else in where it is ours', async ({ skip }) => {
        if (session.processId === undefined) skip('it is somebody else’s server');
        const asking = { body: { model: names[0], messages: CHAT, max_tokens: 1 } };
        for (const headers of [{}, { authorization: 'Bearer guess' }, { authorization: '' }]) {
          expect((await ask(session, 'models', { headers })).status).toBe(401);
          expect((await ask(session, 'chat/completions', { ...asking, headers })).status).toBe(401);
        }
      });
    });

    it('ends when it is told to, with all that it started', async () => {
      const { engine, request } = await make();
      const before = await descendants();
      const session = await engine.start(request, {});
      const started = [...(await descendants())].filter((pid) => !before.has(pid));
      expect((await endingOf(session.end(), ENDING)).how).toBe('returned');
      const end: EngineEnd = { asked: true, because: expect.stringMatching(SENTENCE) };
      expect(await endingOf(session.ended)).toEqual({ how: 'returned', value: end });
      await session.end();
      expect(await leftOver(started, 1000)).toEqual([]);
      if (session.processId !== undefined) await expect(ask(session, 'models')).rejects.toThrow();
    });

    it('leaves nothing behind when it is aborted while it starts', async () => {
      const { engine, request } = await make();
      const before = await descendants();
      for (const after of [0, 50, 300]) {
        const controller = new AbortController();
        const starting = engine.start(request, { signal: controller.signal }).then((session) => session.end());
        const timer = setTimeout(() => controller.abort(), after);
        const ending = await endingOf(starting, ENDING);
        clearTimeout(timer);
        // A fast one was up before that.
        if (ending.how !== 'returned') expect(ending, JSON.stringify(ending)).toMatchObject({ how: 'threw', error: expect.toSatisfy(isEnd) });
        const started = [...(await descendants())].filter((pid) => !before.has(pid));
        expect(await leftOver(started, 1000)).toEqual([]);
      }
    });

    it('tells of its end when it is killed', async ({ skip }) => {
      const { engine, request } = await make();
      const before = await descendants();
      const session = await engine.start(request, {});
      const started = [...(await descendants())].filter((pid) => !before.has(pid));
      try {
        if (session.processId === undefined) return skip('it is somebody else’s server');
        process.kill(session.processId, 'SIGKILL');
        const ending = await endingOf(session.ended, ENDING);
        expect(ending).toEqual({ how: 'returned', value: { asked: false, because: expect.stringContaining('SIGKILL') } });
      } finally {
        await session.end();
      }
      expect(await leftOver(started, 1000)).toEqual([]);
    });
  });
}

const SENTENCE = /^\p{Lu}.*[.!]$/su;
