import {
  adapterBase,
  type CallOptions,
  chooseEngine,
  type ChosenEngine,
  type Engine,
  type EnginePlan,
  type EngineRequest,
  type EngineSession,
  planEngine,
  type PlanEngineRequest,
  type PullPolicy,
  type ResolvedModel,
  startEngine,
  type StartEngineRequest,
} from '@ilab/core';
import type { EngineManifest } from '@ilab/plugin-api';
import type { Services } from '../composition/services.ts';
import { missingPackages, packagesFor, partFolder } from './engine-packages.ts';
import { type EngineEntry, engineEntries } from './part-entries.ts';
import type { PartTable } from './part-table.ts';

/** Engines: what runs models. A model is planned, which finds and fetches it, then started, as often as need be. */
export interface Engines {
  /** Those that are installed, those that are broken, with the reason, and those that could be installed. */
  list(): Promise<readonly EngineEntry[]>;
  /**
   * Finds what is to be run and what would run it; models that are not here are fetched under the pull policy.
   * @throws IlabError as `Models.resolve`; E_PLUGIN_MISSING when no engine is installed that runs it (`details.engine` could be);
   * E_ENGINE when none that is can; E_USAGE for an adapter whose base is not known
   */
  plan(request: PlanEngineRequest, options?: CallOptions): Promise<EnginePlan>;
  /**
   * Does what was planned. Models in the store are leased until the session has ended. Asks, where somebody can be asked, when memory is short.
   * @throws IlabError E_INTEGRITY when a model is not as it came; E_NO_MEMORY; E_ENGINE; E_NOT_A_MODEL; E_PLUGIN_MISSING
   */
  start(plan: EnginePlan, request: StartEngineRequest, options?: CallOptions): Promise<EngineSession>;
  /** Which engine would run what is here, and why. @throws IlabError as {@link Engines.plan} */
  choose(request: EngineRequest, choice?: { readonly backend?: string }, options?: CallOptions): Promise<ChosenEngine>;
  /** The base of an adapter, as the adapter names it; undefined where it names none. */
  baseOf(adapter: ResolvedModel, choice?: { readonly pull?: PullPolicy | undefined }, options?: CallOptions): Promise<ResolvedModel | undefined>;
  /** An engine itself, to ask it for `fit` and `memory`. @throws IlabError E_PLUGIN_MISSING, E_PLUGIN_BROKEN */
  open(name: string, options?: CallOptions): Promise<Engine>;
}

export interface EnginesDeps {
  readonly table: PartTable<EngineManifest>;
  readonly dataDirectory: string;
  /** The wired ports, made on first use. */
  readonly services: () => Promise<Services>;
}

export function createEngines({ table, dataDirectory, services }: EnginesDeps): Engines {
  return {
    list: () =>
      engineEntries(table, async (name, { packages }) => {
        const lacks = await missingPackages(partFolder(dataDirectory, 'engines', name).packages, packagesFor(packages));
        return lacks.length === 0;
      }),
    plan: async (request, options = {}) => planEngine(await services(), request, options),
    start: async (plan, request, options = {}) => startEngine(await services(), plan, request, options),
    choose: async (request, { backend } = {}, options = {}) => chooseEngine(await services(), { request, backend }, options),
    baseOf: async (model, { pull } = {}, options = {}) => adapterBase(await services(), { model, pull }, options),
    open: async (name, options = {}) => (await services()).engines.open(name, options),
  };
}
