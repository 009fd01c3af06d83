import { type Http, IlabError } from '@ilab/core';
import { localHttp } from '@ilab/testkit';
import type { BrokenAdapter } from './broken-adapter.ts';

export const soundHttp = (): Http => localHttp;

export const BROKEN_HTTPS: readonly BrokenAdapter<() => Http>[] = [
  broken('takes no notice of what is too much', 'has a gigabyte', {
    request: ({ maxBytes: _maxBytes, ...request }, options) => localHttp.request(request, options),
  }),
  broken('takes credentials along to another origin', 'takes no credential to another origin', {
    async request(request, options) {
      const answer = await localHttp.request({ ...request, redirect: 'manual' }, options);
      const { location } = answer.headers;
      return location === undefined || request.redirect === 'manual'
        ? answer
        : localHttp.request({ ...request, url: new URL(location, request.url).href }, options);
    },
  }),
  broken('throws what is an answer', 'gives 404 back', {
    async request(request, options) {
      const answer = await localHttp.request(request, options);
      if (answer.status >= 400) throw new IlabError('E_REGISTRY', `It answered ${answer.status}.`);
      return answer;
    },
  }),
  broken('gives the errors of its library', 'who can’t be reached', {
    request: (request, options) => localHttp.request(request, options).catch((error: Error) => Promise.reject(error.cause ?? error)),
  }),
  broken('waits on after its signal', 'ends within a second of its signal', { request: (request) => localHttp.request(request, {}) }),
  broken('asks under an aborted signal', 'asks nothing under a signal', {
    async request(request, options) {
      await localHttp.request(request, {});
      options.signal?.throwIfAborted();
      return localHttp.request(request, options);
    },
  }),
  broken('ends a broken stream as if it were whole', 'never ends a stream early', {
    async stream(request, options) {
      const given = await localHttp.stream(request, options);
      return { ...given, body: quiet(given.body) };
    },
  }),
  broken('takes any text for JSON', 'says of what is no JSON', {
    request: async (request, options) => ({ ...(await localHttp.request(request, options)), json: () => ({ right: true }) }),
  }),
];

async function* quiet(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield* body;
  } catch {
    // That is the fault.
  }
}

function broken(what: string, caughtBy: string, spoiled: Partial<Http>): BrokenAdapter<() => Http> {
  return { what, caughtBy, make: () => ({ ...localHttp, ...spoiled }) };
}
