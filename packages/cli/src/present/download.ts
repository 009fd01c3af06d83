import type { DownloadPlan, DownloadResult, LeftOutFiles } from '@ilab/sdk';
import { printable } from './printable.ts';
import { formatTable } from './table.ts';
import { formatBytes, formatSeconds } from './units.ts';

/** Names of files in one line. */
const SHOWN = 4;

/** `quay.io/…:v1.1: 6 files, 4.8 MB; 4.7 MB fetched, 10 kB shared instead, 0.4 s`. */
export function presentDownload({ reference, files, bytes, fetched, linked, donated, seconds }: DownloadResult): string {
  const count = `${files.length} ${files.length === 1 ? 'file' : 'files'}, ${formatBytes(bytes)}`;
  if (fetched === 0 && linked === 0) return `${reference}: ${count}, all here already`;
  const own = linked - Object.values(donated).reduce((sum, given) => sum + given, 0);
  const taken = Object.entries(donated).map(([tool, given]) => `, ${formatBytes(given)} taken from ${tool} instead`);
  const shared = `${own > 0 ? `, ${formatBytes(own)} shared instead` : ''}${taken.join('')}`;
  return `${reference}: ${count}; ${formatBytes(fetched)} fetched${shared}, ${formatSeconds(seconds)}`;
}

/** What was not taken, and how to have it all the same. */
export function presentLeftOut(leftOut: readonly LeftOutFiles[]): string | undefined {
  if (leftOut.length === 0) return undefined;
  const groups = leftOut.map(({ why, files, bytes }) => {
    const shown = files.slice(0, SHOWN).map(printable).join(', ');
    const more = files.length > SHOWN ? ` and ${files.length - SHOWN} more` : '';
    return `Left out, ${why}: ${shown}${more} (${formatBytes(bytes)}).`;
  });
  return [...groups, 'Name what you want (#Q8_0, #FILE), or take all with --include "*".'].join('\n');
}

/** Files, sizes, what is here, and whether it fits. */
export function presentPlan({ reference, snapshot, files, here, donations, needed, available }: DownloadPlan): string {
  const rows = [
    ...files.map(({ path, blob }) => ({ path, size: blob.size, here: here.has(path) ? 'yes' : (donations?.get(path) ?? '') })),
    ...snapshot.archives.map(({ blob }) => ({ path: `(layer ${blob.digest.slice(0, 19)})`, size: blob.size, here: '' })),
  ];
  const table = formatTable(rows, [
    { title: 'FILE', value: ({ path }) => path },
    { title: 'SIZE', value: ({ size }) => formatBytes(size), align: 'right' },
    { title: 'HERE', value: (row) => row.here },
  ]);
  return `${reference.canonical} (${snapshot.revision})\n${table}\nNeeded: ${formatBytes(needed)}; free: ${formatBytes(available)}`;
}
