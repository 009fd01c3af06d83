import type { CallOptions } from '../../ports/call-options.ts';
import type { EngineSession } from '../../ports/engine.ts';
import type { Engines } from '../../ports/engines.ts';
import type { Lease } from '../../ports/lease.ts';
import { type HoldDeps, holdModels, type HoldRequest } from './hold-model.ts';
import type { EnginePlan } from './plan-engine.ts';
import { type MemoryDeps, refuseTooLarge } from './refuse-too-large.ts';

export interface StartEngineDeps extends HoldDeps, MemoryDeps {
  readonly engines: Engines;
}

export interface StartEngineRequest extends HoldRequest {
  /** Start it even where memory is short, without asking: somebody was asked before. */
  readonly anyway?: boolean;
}

/**
 * Does what a plan says, as often as it is asked to. Models in the store are leased for as long as the session lives.
 * @throws IlabError E_INTEGRITY when a model is not as it came; E_NO_MEMORY; and as `Engine.start`
 */
export async function startEngine(deps: StartEngineDeps, plan: EnginePlan, request: StartEngineRequest, options: CallOptions): Promise<EngineSession> {
  const lease = await holdModels(deps, plan.models, request, options);
  try {
    if (request.anyway !== true) await refuseTooLarge(deps, plan, options);
    const engine = await deps.engines.open(plan.engine, options);
    return leased(await engine.start(plan.request, options), lease);
  } catch (error) {
    await lease.end();
    throw error;
  }
}

/** The session, which ends the lease when it ends, by whatever cause. */
function leased(session: EngineSession, lease: Lease): EngineSession {
  const { endpoint, headers, contextLength, processId } = session;
  const ended = session.ended.then(async (end) => {
    await lease.end();
    return end;
  });
  return {
    endpoint,
    headers,
    ...(contextLength !== undefined && { contextLength }),
    ...(processId !== undefined && { processId }),
    ended,
    async end(options) {
      await session.end(options);
      await lease.end();
    },
  };
}
