import type { EnginePlan } from '@ilab/sdk';

/** Everything by which the model, and what is loaded on it, can be asked for. */
export function namesOf({ names, request: { model } }: EnginePlan): readonly string[] {
  return [...new Set([...names, ...model.names, ...model.adapters.flatMap((adapter) => adapter.names)])];
}
