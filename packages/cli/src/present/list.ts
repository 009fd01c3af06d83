import { type DiskUsage, type ModelList, type ModelRow, shortRevision } from '@ilab/sdk';
import { colors } from './colors.ts';
import { printable } from './printable.ts';
import { type Column, formatTable } from './table.ts';
import { terminalWidth } from './terminal-width.ts';
import { formatBytes, formatTime } from './units.ts';
import { wrap } from './wrap.ts';

export const SORT_FIELDS = ['name', 'version', 'format', 'size', 'modified'] as const;

const COLUMNS: readonly Column<ModelRow>[] = [
  { title: 'NAME', value: ({ name }) => name },
  { title: 'VERSION', value: versionOf },
  { title: 'FORMAT', value: ({ format }) => format },
  { title: 'SIZE', value: ({ size }) => formatBytes(size), align: 'right' },
  { title: 'LAST MODIFIED', value: ({ modified }) => formatTime(modified) },
  { title: 'ID', value: ({ revision }) => (revision === undefined ? '' : shortRevision(revision)) },
];

/** Only where a section has adapters. */
const BASE: Column<ModelRow> = { title: 'BASE', value: ({ base }) => base ?? '' };

/** Only where it is noted what checkpoints were made of. */
const PARENT: Column<ModelRow> = { title: 'PARENT', value: ({ parent }) => parent ?? '' };

/** Only where registries were asked. */
const NOW: Column<ModelRow> = {
  title: 'NOW',
  value: ({ now, problem }) => (now === undefined ? `unknown: ${printable(problem?.message ?? 'the registry does not say')}` : shortRevision(now)),
};

type Presentation = {
  /** Whether what all of it takes is told. */
  readonly total: boolean;
  /** Whether the rows are those that have moved at their registries. */
  readonly outdated?: boolean;
  /** Whether a filter may have left rows out. */
  readonly filtered?: boolean;
  /** Columns of the terminal; default standard output's. */
  readonly width?: number;
};

/** Sections with a row per version name; empty ones are left out. Then what all of it takes, where all of it is shown. */
export function presentList(
  { models, adapters, checkpoints, broken, offline, disk }: ModelList,
  { total, outdated = false, filtered = false, width = terminalWidth(process.stdout) }: Presentation,
): string {
  const { bold } = colors(process.stdout);
  const sections = [
    { title: 'Models', rows: models },
    { title: 'Adapters', rows: adapters },
    { title: 'Checkpoints', rows: checkpoints },
  ].filter(({ rows }) => rows.length > 0);
  const parts = sections.map(({ title, rows }) => {
    const isMade = rows.some(({ parent }) => parent !== undefined);
    // Of a checkpoint both say the same.
    const isBased = !isMade && rows.some(({ base }) => base !== undefined);
    const columns = [...COLUMNS, ...(isBased ? [BASE] : []), ...(isMade ? [PARENT] : []), ...(outdated ? [NOW] : [])];
    return `${bold(title)}\n${formatTable(rows, columns, width)}`;
  });
  if (broken.length > 0) {
    const columns = [
      { title: 'NAME', value: (item: (typeof broken)[number]) => item.name },
      { title: 'REASON', value: (item: (typeof broken)[number]) => item.reason },
    ];
    parts.push(`${bold('Broken')}\n${formatTable(broken, columns, width)}`);
  }
  for (const { path } of offline) parts.push(`${bold('Offline')} ${path}: its models are not listed.`);
  if (filtered && parts.length === 0) return 'No model here is like that.';
  if (outdated) return parts.length > 0 ? parts.join('\n\n') : 'All names point where they point at their registries.';
  if (total && disk.size > 0) parts.push(wrap(totalOf(disk), width).join('\n'));
  return parts.length > 0 ? parts.join('\n\n') : 'No models are here. Get one: ilab model download REF';
}

/** Bytes that several rows share count once. */
function totalOf({ size, shared, repeated }: DiskUsage): string {
  const once = shared > 0 ? `, ${formatBytes(shared)} of it shared` : '';
  const perhaps = repeated > 0 ? `; up to ${formatBytes(repeated)} less where equal files share by reflink` : '';
  return `Total on disk: ${formatBytes(size)}${once}${perhaps}`;
}

const MOST_SELECTORS = 3;

/** A partial one is shown with what was asked for, one in a read-only store as such. */
function versionOf({ version, selectors = [], incomplete, readOnly }: ModelRow): string {
  const asked = selectors.length > MOST_SELECTORS ? [`${selectors.length} files`] : selectors;
  const notes = [...asked, ...(incomplete && asked.length === 0 ? ['incomplete'] : []), ...(readOnly ? ['read-only'] : [])];
  return notes.length > 0 ? `${version} (${notes.join(', ')})` : version;
}

/** Rows by a column; sizes and times descend, since the largest and the latest are looked for. */
export function sortRows(rows: readonly ModelRow[], field: (typeof SORT_FIELDS)[number] | undefined): readonly ModelRow[] {
  if (field === undefined) return rows;
  return [...rows].sort((a, b) => {
    if (field === 'size') return b.size - a.size;
    if (field === 'modified') return b.modified.localeCompare(a.modified);
    return a[field].localeCompare(b[field], 'en', { numeric: true });
  });
}
