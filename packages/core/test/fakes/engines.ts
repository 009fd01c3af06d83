import {
  type Engine,
  type EngineDescription,
  type EngineEnd,
  type EngineFit,
  type EngineRequest,
  type Engines,
  IlabError,
  type MemoryNeed,
} from '../../src/index.ts';

/** An engine that says what it is told to say, and how its sessions end. */
export interface FakeEngine extends Engine {
  readonly requests: EngineRequest[];
  /** Ends of the sessions that it started, each a way to end one as if it had crashed. */
  readonly crashes: ((end: EngineEnd) => void)[];
  /** How often it was told to end one. */
  ended: number;
  fails?: IlabError;
}

export function fakeEngine(name: string, { fit, need }: { readonly fit?: EngineFit; readonly need?: MemoryNeed } = {}): FakeEngine {
  const engine: FakeEngine = {
    name,
    requests: [],
    crashes: [],
    ended: 0,
    fit: () => Promise.resolve(fit ?? { fits: true, because: 'It is there.' }),
    ...(need && { memory: () => Promise.resolve(need) }),
    async start(request) {
      engine.requests.push(request);
      if (engine.fails) throw engine.fails;
      const { promise: ended, resolve } = Promise.withResolvers<EngineEnd>();
      engine.crashes.push(resolve);
      return {
        endpoint: 'http://127.0.0.1:1/v1',
        headers: { authorization: 'Bearer key' },
        processId: 1,
        ended,
        async end() {
          engine.ended++;
          resolve({ asked: true, because: 'It was told to.' });
        },
      };
    },
  };
  return engine;
}

/** Engines by format, in the order of their precedence. */
export function fakeEngines(given: readonly (readonly [FakeEngine | IlabError, EngineDescription])[], installable: readonly EngineDescription[] = []): Engines {
  return {
    installed: given.map(([, description]) => description),
    installable,
    async open(name) {
      const [engine] = given.find(([, description]) => description.name === name) ?? [];
      if (engine === undefined || engine instanceof IlabError) throw engine ?? new IlabError('E_PLUGIN_MISSING', `${name} is not installed.`);
      return engine;
    },
  };
}
