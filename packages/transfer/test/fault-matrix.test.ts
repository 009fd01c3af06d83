import { existsSync, readFileSync } from 'node:fs';
import { isIlabError } from '@ilab/core';
import { describe, it, vi } from 'vitest';
import type { Answer } from './fault-server.ts';
import { cut, lie, ordinary, silence, spoil, stall, status, trickle, wholeOnly } from './faults.ts';
import { openScene, SIZES } from './scene.ts';

vi.mock('../src/http/retry-policy.ts', async (original) => ({ ...(await original<object>()), retryDelay: () => 1 }));

/** Milliseconds that any case may take: silence is seen after less than two seconds here, and six in a row end it. */
const DEADLINE = 40_000;
/** Milliseconds of silence that end a connection where the server is silent for good; elsewhere a busy machine is at times silent for as long. */
const STALL_AFTER = 400;
/** The same where it is silent once. */
const STALL_ONCE_AFTER = 1500;

/** What can go wrong with an answer; `always`: what is left of it for ever ends so. */
const FAULTS: Readonly<Record<string, { readonly answer: (size: number) => Answer; readonly always: RegExp | 'whole' }>> = {
  'closed before the head': { answer: () => cut(0), always: /E_NETWORK/ },
  'closed in the middle': { answer: (size) => cut(Math.floor(size / 2)), always: /E_NETWORK/ },
  'closed before the last byte': { answer: (size) => cut(size - 1), always: /E_NETWORK/ },
  'reset before the head': { answer: () => cut(0, 'rst'), always: /E_NETWORK/ },
  'reset in the middle': { answer: (size) => cut(Math.floor(size / 2), 'rst'), always: /E_NETWORK/ },
  silent: { answer: () => silence(), always: /E_NETWORK/ },
  'silent after the head': { answer: () => stall(0), always: /E_NETWORK/ },
  'silent in the middle': { answer: (size) => stall(Math.floor(size / 2)), always: /E_NETWORK/ },
  'silent before the last byte': { answer: (size) => stall(size - 1), always: /E_NETWORK/ },
  trickling: { answer: () => trickle(), always: /E_NETWORK/ },
  'the whole instead of a range': { answer: () => wholeOnly(), always: 'whole' },
  'an empty 200': { answer: () => lie(200, { 'content-length': '0' }, ''), always: /E_NETWORK|E_REGISTRY/ },
  'a page instead of the file': { answer: () => lie(200, { 'content-type': 'text/html' }, '<html>log in</html>'), always: /E_NETWORK|E_REGISTRY|E_INTEGRITY/ },
  'another range': { answer: () => ordinary({ 'content-range': 'bytes 5-9/10' }), always: 'whole' },
  'status 416': { answer: () => status(416), always: /E_REGISTRY/ },
  'status 500': { answer: () => status(500), always: /E_REGISTRY/ },
  'status 503': { answer: () => status(503), always: /E_REGISTRY/ },
  'status 429': { answer: () => status(429), always: /E_RATE_LIMITED/ },
  'status 403': { answer: () => status(403), always: /E_FORBIDDEN/ },
  'status 401': { answer: () => status(401), always: /E_UNAUTHORIZED/ },
  'a redirect to itself': { answer: () => status(302, { location: '/blob' }), always: /E_REGISTRY/ },
  // The first one: others may bring the rest of what the first connection was asked for.
  'a wrong byte': { answer: () => spoil(0), always: /E_INTEGRITY/ },
  'a length too long': { answer: (size) => lie(200, { 'content-length': String(size + 1) }, 'x'), always: /E_NETWORK|E_INTEGRITY|E_REGISTRY/ },
};
/** One wrong byte, once, is the server's own fault and not passing: what came is refused, and the next try is the user's. */
const ENDS_AT_ONCE = new Set(['a wrong byte']);
const SILENT = new Set(['silent', 'silent after the head', 'silent in the middle', 'silent before the last byte', 'trickling', 'a length too long']);

describe.concurrent.each(SIZES)('%s', (_name, size) => {
  it.for(Object.entries(FAULTS))(
    'comes whole, or is refused, within the deadline when one answer is %s',
    { timeout: DEADLINE },
    async ([name, { answer }], { expect }) => {
      await using scene = await openScene({ size });
      scene.server.next(answer(size));
      const outcome = await outcomeOf(scene.fetch({ options: { stallAfter: STALL_ONCE_AFTER } }));
      expect(outcome).toMatch(ENDS_AT_ONCE.has(name) ? /E_INTEGRITY/ : /whole|E_REGISTRY|E_INTEGRITY/);
      if (outcome === 'whole') expect(scene.isWhole()).toBe(true);
      scene.server.always(ordinary());
      expect(await outcomeOf(scene.fetch())).toBe('whole');
      expect(scene.isWhole()).toBe(true);
    },
  );

  it.for(Object.entries(FAULTS))('ends within the deadline when every answer is %s', { timeout: DEADLINE }, async ([name, { answer, always }], { expect }) => {
    await using scene = await openScene({ size });
    scene.server.always(answer(size));
    const patience = SILENT.has(name) ? { stallAfter: STALL_AFTER } : {};
    const outcome = await outcomeOf(scene.fetch({ options: { ...patience, connections: 1 } }));
    expect(outcome).toMatch(always === 'whole' ? /^whole$/ : always);
    if (outcome !== 'whole') expect(existsSync(scene.target) && readFileSync(scene.target).equals(scene.content)).toBe(false);
  });
});

/** `whole`, or the code of a named error; anything else is a bug. */
async function outcomeOf(fetched: Promise<unknown>): Promise<string> {
  try {
    await fetched;
    return 'whole';
  } catch (error) {
    if (!isIlabError(error)) throw error;
    return error.code;
  }
}
