import { spawn } from 'node:child_process';
import type { Engine, EngineSession } from '@ilab/core';
import { createStandInEngine, type EngineUnderTest } from '@ilab/testkit';
import { startEndpoint } from '@ilab/testkit/endpoint';
import type { BrokenAdapter } from './broken-adapter.ts';

const model = { names: ['example/team/granite:v1', 'granite'], path: '/nowhere', format: 'gguf', files: ['model.gguf'], adapters: [] } as const;
const sound = createStandInEngine();

export const soundEngine: () => Promise<EngineUnderTest> = make({});

export const BROKEN_ENGINES: readonly BrokenAdapter<() => Promise<EngineUnderTest>>[] = [
  broken('runs everything', 'says in sentences what it can run', { fit: async () => ({ fits: true, because: 'It runs all.' }) }),
  broken('gives no reasons', 'says in sentences what it can run', { fit: async (...args) => ({ ...(await sound.fit(...args)), because: '' }) }),
  broken('starts a process to see what fits', 'says in sentences what it can run', {
    fit: async (...args) => {
      idle();
      return sound.fit(...args);
    },
  }),
  broken(
    'ends its address with a slash',
    'is an endpoint',
    session((given) => ({ endpoint: `${given.endpoint}/` })),
  ),
  broken('lists one name of two', 'lists every name of the request', {
    start: (request, options) => sound.start({ ...request, model: { ...request.model, names: request.model.names.slice(0, 1) } }, options),
  }),
  broken('lets everybody in', 'lets nobody else in', {
    async start(request, options) {
      const given = await sound.start(request, options);
      const open = await startEndpoint({ names: request.model.names });
      return { ...given, endpoint: open.url, end: async () => void (await Promise.all([open.close(), given.end()])) };
    },
  }),
  broken(
    'goes on after its end',
    'ends when it is told to',
    session((given) => ({ end: async () => void setTimeout(() => void given.end(), 3000) })),
  ),
  broken(
    'calls its end an accident',
    'ends when it is told to',
    session((given) => ({ ended: given.ended.then((end) => ({ ...end, asked: false })) })),
  ),
  broken(
    'leaves a process behind',
    'ends when it is told to',
    session(() => {
      idle();
      return {};
    }),
  ),
  broken('leaves its process behind when it is aborted', 'aborted while it starts', {
    async start(request, { signal }) {
      const started = sound.start(request, {});
      signal?.throwIfAborted();
      await Promise.race([started, new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))]);
      return started;
    },
  }),
  broken(
    'says not what killed it',
    'tells of its end when it is killed',
    session((given) => ({ ended: given.ended.then((end) => ({ ...end, because: 'It ended.' })) })),
  ),
];

function broken(what: string, caughtBy: string, spoiled: Partial<Engine>): BrokenAdapter<() => Promise<EngineUnderTest>> {
  return { what, caughtBy, make: make(spoiled) };
}

function make(spoiled: Partial<Engine>): () => Promise<EngineUnderTest> {
  return async () => ({ engine: { ...sound, ...spoiled }, request: { model }, unfit: { model: { ...model, format: 'adapter' } } });
}

function session(spoil: (given: EngineSession) => Partial<EngineSession>): Partial<Engine> {
  return {
    async start(...args) {
      const given = await sound.start(...args);
      return { ...given, ...spoil(given) };
    },
  };
}

/** A process that does nothing, for longer than the suite looks and no longer than a moment. */
function idle(): void {
  spawn(process.execPath, ['-e', 'setTimeout(() => {}, 4000)'], { stdio: 'ignore' });
}
