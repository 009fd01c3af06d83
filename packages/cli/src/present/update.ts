import { shortRevision, type UpdatedName } from '@ilab/sdk';
import { printable } from './printable.ts';
import { formatTable } from './table.ts';
import { formatBytes } from './units.ts';

/** A row a name: where it points here, where at its registry, and what became of it. */
export function presentUpdate(names: readonly UpdatedName[]): string {
  if (names.length === 0) return 'Nothing here has a name that could move.';
  return formatTable(names, [
    { title: 'REFERENCE', value: ({ reference }) => reference },
    { title: 'HERE', value: ({ revision }) => shortRevision(revision) },
    { title: 'NOW', value: ({ now }) => (now === undefined ? '' : shortRevision(now)) },
    { title: 'STATE', value: stateOf },
  ]);
}

function stateOf({ state, fetched = 0, problem }: UpdatedName): string {
  if (problem) return `${state}: ${printable(problem.message)}`;
  return state === 'updated' ? `updated, ${formatBytes(fetched)} fetched` : state;
}
