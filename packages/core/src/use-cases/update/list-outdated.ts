import type { CallOptions } from '../../ports/call-options.ts';
import { listModels, type ModelList, type ModelRow } from '../list-models.ts';
import { type CheckDeps, checkNames } from './check-names.ts';
import type { NameState } from './name-state.ts';
import { type NamesDeps, trackedNames } from './tracked-names.ts';

/**
 * The rows of the list whose names point elsewhere at their registries by now, and those of which that can't be known, with the reason.
 * @throws what the signal was aborted with
 */
export async function listOutdated(deps: NamesDeps & CheckDeps, options: CallOptions): Promise<ModelList> {
  const list = await listModels({ cache: deps.cache, ...deps.grammar }, options);
  const states = await checkNames(deps, await trackedNames(deps, [], options), options);
  const byName = new Map(states.map((state) => [keyOf(state), state]));
  const outdated = (rows: readonly ModelRow[]): readonly ModelRow[] => rows.flatMap((row) => outdatedRow(row, byName.get(keyOf(row))));
  return { ...list, models: outdated(list.models), adapters: outdated(list.adapters), checkpoints: [], broken: [] };
}

function outdatedRow(row: ModelRow, state: NameState | undefined): readonly ModelRow[] {
  if (!state || state.state === 'current') return [];
  const { now, problem } = state;
  return [{ ...row, ...(now !== undefined && { outdated: true, now }), ...(problem && { problem }) }];
}

/** The same name may stand in several stores, and point elsewhere in each. */
function keyOf({ reference, revision = '' }: { readonly reference: string; readonly revision?: string }): string {
  return `${reference} ${revision}`;
}
