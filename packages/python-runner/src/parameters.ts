import { IlabError, type Json, type RunnerJob } from '@ilab/plugin-api';

/** What a parameter may be. */
export type ParameterKind = 'text' | 'number' | 'count' | 'switch' | 'texts';

export type ParameterKinds = Readonly<Record<string, ParameterKind>>;

const IS: Readonly<Record<ParameterKind, (value: Json) => boolean>> = {
  text: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number' && Number.isFinite(value),
  count: (value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0,
  switch: (value) => typeof value === 'boolean',
  texts: (value) => Array.isArray(value) && value.every((one) => typeof one === 'string'),
};

/** @throws IlabError E_USAGE for a task that the runner doesn't do, and for parameters that it doesn't know or that are of another kind */
export function refuseUnknown(
  { task, parameters }: RunnerJob,
  { name, tasks, parameters: kinds }: { name: string; tasks: readonly string[]; parameters: ParameterKinds },
): void {
  if (!tasks.includes(task)) throw new IlabError('E_USAGE', `${name} does not ${task}.`, { hint: 'See: ilab runner list' });
  for (const [key, value] of Object.entries(parameters)) {
    const kind = Object.hasOwn(kinds, key) ? kinds[key] : undefined;
    if (kind === undefined) throw new IlabError('E_USAGE', `${name} knows no parameter “${key}”.`, { hint: `It knows: ${Object.keys(kinds).join(', ')}.` });
    if (!IS[kind](value)) throw new IlabError('E_USAGE', `“${key}” is no ${kind}: ${JSON.stringify(value)?.slice(0, 100)}`, { hint: 'Check the value.' });
  }
}
