import type { CallOptions, EngineSession, Logger } from '@ilab/core';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from './api-error.ts';

/** A model to serve, and how it is started. */
export interface ServedModel {
  /** Names under which it is asked for, those of its adapters too; the first is the canonical one. Never empty. */
  readonly names: readonly string[];
  /** Starts it, each time from the beginning. */
  readonly start: (options: CallOptions) => Promise<EngineSession>;
}

export type EngineState = 'ready' | 'restarting' | 'failed';

/** A model that is kept running. */
export interface ServedEngine {
  readonly names: readonly string[];
  readonly state: EngineState;
  /** How often it was started again. */
  readonly restarts: number;
  /** @throws ApiError 503 while it is not running */
  session(): EngineSession;
  end(): Promise<void>;
}

/** Milliseconds before each new start; after the last there is none. */
const DELAYS = [100, 1000, 2000, 5000, 10_000, 30_000];
/** What ran for so long, in milliseconds, has earned all its tries again. */
const STEADY = 60_000;

/** Starts a model and keeps it running. @throws what the first start throws */
export async function serveEngine(model: ServedModel, { logger, signal }: { readonly logger: Logger; readonly signal?: AbortSignal }): Promise<ServedEngine> {
  const ending = new AbortController();
  const name = model.names[0] ?? '';
  let session: EngineSession | undefined = await model.start({ signal });
  let state: EngineState = 'ready';
  let [restarts, tries, since] = [0, 0, performance.now()];
  const watch = async (running: EngineSession): Promise<void> => {
    const { because } = await running.ended;
    if (ending.signal.aborted) return;
    session = undefined;
    state = 'restarting';
    logger.warn(`The engine of ${name} ended by itself. ${because} It is started again.`);
    if (performance.now() - since > STEADY) tries = 0;
    await startAgain();
  };
  const startAgain = async (): Promise<void> => {
    for (; tries < DELAYS.length && !ending.signal.aborted; tries++) {
      try {
        await sleep(DELAYS[tries], undefined, { signal: ending.signal });
        const next = await model.start({ signal: ending.signal });
        if (ending.signal.aborted) return await next.end();
        tries++;
        restarts++;
        [session, state, since] = [next, 'ready', performance.now()];
        logger.info(`${name} is served again.`);
        watching = watch(next);
        return;
      } catch (error) {
        if (!ending.signal.aborted) logger.warn(`${name} could not be started again: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    state = 'failed';
  };
  let watching = watch(session);
  return {
    names: model.names,
    get state() {
      return state;
    },
    get restarts() {
      return restarts;
    },
    session() {
      if (session) return session;
      const message = state === 'failed' ? `${name} has failed too often, and is not started any more.` : `${name} is being started again.`;
      throw new ApiError(503, message, { code: `engine_${state}`, headers: { 'retry-after': '2' } });
    },
    async end() {
      ending.abort(new Error('it is not wanted any more'));
      await session?.end();
      // One that was just being started may still have come up.
      await watching;
    },
  };
}
