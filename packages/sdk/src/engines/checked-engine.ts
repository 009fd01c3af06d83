import {
  type CallOptions,
  type Engine,
  type EngineEnd,
  type EngineFit,
  type EngineRequest,
  type EngineSession,
  IlabError,
  type MemoryNeed,
  redact,
} from '@ilab/core';

/** How long a session may take to end before it is ended, in milliseconds: what it promised, and a little. */
const PATIENCE = 12_000;
const LONGEST = 2000;
/** RFC 9110, 5.1 and 5.5, without what would begin another header. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/;
const HEADER_VALUE = /^[\t\u0020-\u007e\u0080-\u00ff]{0,8192}$/;

/** A plugin's engine, with every answer of it checked: nothing is shown, asked or waited for that did not pass here. */
export function checkedEngine(engine: Engine, { patience = PATIENCE }: { readonly patience?: number } = {}): Engine {
  const { name } = engine;
  const given = engine.memory?.bind(engine);
  const memory = given && (async (request: EngineRequest, options: CallOptions) => checkedNeed(name, await given(request, options)));
  return {
    name,
    fit: async (request, options) => checkedFit(name, await engine.fit(request, options)),
    ...(memory && { memory }),
    start: async (request, options) => checkedSession(name, await engine.start(request, options), patience),
  };
}

/** What fits is for people to read. */
export function checkedFit(name: string, fit: unknown): EngineFit {
  const { fits, because, hint } = Object(fit) as Readonly<Record<string, unknown>>;
  if (typeof because !== 'string') throw broken(name, 'fit');
  if (fits === true) return { fits, because: text(because) };
  if (fits === false && typeof hint === 'string') return { fits, because: text(because), hint: text(hint) };
  throw broken(name, 'fit');
}

function checkedNeed(name: string, need: unknown): MemoryNeed | undefined {
  if (need === undefined) return undefined;
  const { weights, cache, rest } = Object(need) as Readonly<Record<keyof MemoryNeed, unknown>>;
  if (isBytes(weights) && isBytes(cache) && isBytes(rest)) return { weights, cache, rest };
  throw broken(name, 'memory');
}

function checkedSession(name: string, session: EngineSession, patience: number): EngineSession {
  const { endpoint, headers, contextLength, processId } = session;
  const url = typeof endpoint === 'string' ? URL.parse(endpoint) : null;
  const isSound =
    url !== null &&
    /^https?:$/.test(url.protocol) &&
    typeof headers === 'object' &&
    Object.entries(headers).every(([header, value]) => HEADER_NAME.test(header) && typeof value === 'string' && HEADER_VALUE.test(value)) &&
    [contextLength, processId].every((number) => number === undefined || (Number.isSafeInteger(number) && number > 0));
  if (!isSound) {
    void letGo(session);
    throw broken(name, 'start');
  }
  const ended = Promise.resolve(session.ended).then(checkedEnd, () => checkedEnd(undefined));
  return {
    endpoint,
    headers: { ...headers },
    ...(contextLength !== undefined && { contextLength }),
    ...(processId !== undefined && { processId }),
    ended,
    end: (options) => endInTime(session, { options, patience }),
  };
}

/** It may have nothing to end. */
async function letGo(session: EngineSession): Promise<void> {
  try {
    await session.end();
  } catch {
    // That it is broken is what is told.
  }
}

/** Who promised to end in time and does not is ended. */
async function endInTime(
  session: EngineSession,
  { options, patience }: { readonly options: CallOptions | undefined; readonly patience: number },
): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, patience);
  try {
    await Promise.race([session.end(options), late.then(() => kill(session.processId))]);
  } finally {
    clearTimeout(timer);
  }
}

function kill(processId: number | undefined): void {
  try {
    if (processId !== undefined) process.kill(processId, 'SIGKILL');
  } catch {
    // It is gone.
  }
}

function checkedEnd(end: unknown): EngineEnd {
  const { asked, because } = Object(end) as Readonly<Record<keyof EngineEnd, unknown>>;
  return { asked: asked === true, because: typeof because === 'string' ? text(because) : 'It does not say how.' };
}

function isBytes(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function text(value: string): string {
  return redact(value.slice(0, LONGEST));
}

function broken(name: string, what: string): IlabError {
  return new IlabError('E_PLUGIN_BROKEN', `The engine ${name} answered ${what} with something else than its contract says.`, { hint: 'Tell its author.' });
}
