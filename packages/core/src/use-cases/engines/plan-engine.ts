import { IlabError } from '../../errors/ilab-error.ts';
import { isLoopback } from '../../model/network-address.ts';
import type { ModelSettings, PullPolicy } from '../../model/settings.ts';
import type { CallOptions } from '../../ports/call-options.ts';
import type { EngineModel, EngineRequest, MemoryNeed } from '../../ports/engine.ts';
import type { DownloadPlan } from '../download/plan-download.ts';
import { type ResolvedModel, type ResolveDeps, resolveModel } from '../resolve-model.ts';
import { adapterBase } from './adapter-base.ts';
import { chooseEngine, type ChooseEngineDeps, type ChosenEngine } from './choose-engine.ts';
import { namesOf } from './names-of.ts';
import { type MemoryDeps, refuseTooLargeToFetch } from './refuse-too-large.ts';

export type PlanEngineDeps = ResolveDeps & ChooseEngineDeps & MemoryDeps;

/** What to run, as a user says it. */
export interface PlanEngineRequest extends Omit<EngineRequest, 'model'> {
  /** As `--model` takes it; an adapter brings its base with it. With `endpoint`, the endpoint's own name. */
  readonly model: string | ResolvedModel;
  /** As `--adapter` takes them. */
  readonly adapters?: readonly (string | ResolvedModel)[];
  readonly pull?: PullPolicy;
  /** As `--backend` takes it; absent: by format. */
  readonly backend?: string;
}

/** What would run: plain data. */
export interface EnginePlan extends ChosenEngine {
  readonly request: EngineRequest;
  /** Names of what was asked for: with an adapter, those of the first; the canonical one first. Never empty. */
  readonly names: readonly string[];
  /** The model, then its adapters; empty where it is at an endpoint. */
  readonly models: readonly ResolvedModel[];
  /** What it would take; absent where that can't be said. */
  readonly memory?: MemoryNeed;
}

/**
 * Finds what is to be run, and what would run it. Models that are not here are fetched under the pull policy.
 * @throws IlabError as `resolveModel` and `chooseEngine`; E_OFFLINE; E_USAGE for an adapter whose base is not known, and an
 * `--adapter` that is none
 */
export async function planEngine(deps: PlanEngineDeps, request: PlanEngineRequest, options: CallOptions): Promise<EnginePlan> {
  const { model, adapters: _adapters, pull: _pull, backend, ...settings } = request;
  if (request.endpoint !== undefined) refuseOffline(request.endpoint, deps.settings);
  const models = request.endpoint === undefined ? await findModels(deps, request, options) : [];
  const [base, ...adapters] = await Promise.all(models.map(async (found) => ({ found, names: await namesOf(deps, found, options) })));
  const called = base?.names ?? [typeof model === 'string' ? model : model.reference];
  const engineModel: EngineModel = {
    names: called,
    path: base?.found.path ?? '',
    format: base?.found.format ?? 'unknown',
    files: base?.found.files ?? [],
    adapters: adapters.map(({ found, names }) => ({ names, path: found.path, files: found.files })),
  };
  const engineRequest: EngineRequest = { ...settings, model: engineModel };
  const chosen = await chooseEngine(deps, { request: engineRequest, backend }, options);
  const engine = await deps.engines.open(chosen.engine, options);
  const memory = await engine.memory?.(engineRequest, options);
  return { ...chosen, request: engineRequest, names: adapters[0]?.names ?? called, models, ...(memory && { memory }) };
}

/** A server on this very machine is no network. */
function refuseOffline(endpoint: string, { offline }: ModelSettings): void {
  if (!offline || isLoopback(URL.parse(endpoint)?.hostname ?? '')) return;
  throw new IlabError('E_OFFLINE', 'The endpoint is on the network, and ilab is set to be offline.', {
    hint: 'Leave out --offline, or unset ILAB_OFFLINE and models.offline.',
  });
}

/** The model first, then its adapters. */
async function findModels(deps: PlanEngineDeps, { model, adapters = [], pull }: PlanEngineRequest, options: CallOptions): Promise<readonly ResolvedModel[]> {
  const beforeFetching = (download: DownloadPlan): Promise<void> => refuseTooLargeToFetch(deps, download, options);
  const find = async (wanted: string | ResolvedModel): Promise<ResolvedModel> =>
    typeof wanted === 'string' ? resolveModel(deps, { value: wanted, beforeFetching, ...(pull && { pull }) }, options) : wanted;
  const first = await find(model);
  const more: ResolvedModel[] = [];
  for (const adapter of adapters) more.push(await find(adapter));
  // A LoRA as GGUF looks like any GGUF file: whether it is one is for the engine to say.
  const other = more.find(({ format }) => format === 'safetensors');
  if (other) throw new IlabError('E_USAGE', `${other.reference} is a model, not an adapter.`, { hint: 'Name a LoRA adapter with --adapter.' });
  if (first.format !== 'adapter') return [first, ...more];
  const base = await adapterBase(deps, { model: first, pull }, options);
  if (base) return [base, first, ...more];
  throw new IlabError('E_USAGE', `${first.reference} is an adapter, and does not say of which model.`, {
    hint: `Name both: --model MODEL --adapter ${first.reference}`,
  });
}
