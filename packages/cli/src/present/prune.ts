import type { PrunePlan } from '@ilab/sdk';
import { printable } from './printable.ts';
import { formatTable } from './table.ts';
import { formatBytes, formatTime } from './units.ts';

type Going = { readonly what: string; readonly name: string; readonly since: string };

const KINDS = { partial: 'abandoned download', trash: 'interrupted removal' } as const;

/** Everything that would go, and why. */
export function presentPrunePlan({ snapshots, leftovers }: PrunePlan): string {
  const going: readonly Going[] = [
    ...snapshots.map(({ reference, since }) => ({ what: 'snapshot without a name', name: reference, since })),
    ...leftovers.map(({ kind, path, modified }) => ({ what: KINDS[kind], name: path, since: modified })),
  ];
  return formatTable(going, [
    { title: 'WHAT', value: ({ what }) => what },
    { title: 'NAME', value: ({ name }) => printable(name) },
    { title: 'SINCE', value: ({ since }) => formatTime(since) },
  ]);
}

/** `3 snapshots and 2 leftovers (4.8 GB come back)`. */
export function summarizePrune({ snapshots, leftovers, bytes }: PrunePlan): string {
  const counts = [count(snapshots.length, 'snapshot'), count(leftovers.length, 'leftover')].filter((text) => !text.startsWith('0 '));
  return `${counts.join(' and ')} (${formatBytes(bytes)} come back)`;
}

function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? '' : 's'}`;
}
