import type { EngineEntry, RunnerEntry } from '@ilab/sdk';
import type { Column } from './table.ts';

/** Which plugin brings an engine or runner, and how it stands. */
export function partColumns<Entry extends EngineEntry | RunnerEntry>(): readonly Column<Entry>[] {
  return [
    { title: 'PLUGIN', value: ({ plugin, version }) => (version === undefined ? plugin : `${plugin} ${version}`) },
    { title: 'STATE', value: ({ state, reason }) => (reason === undefined ? state : `${state}: ${reason}`) },
  ];
}
