import type { DownloadPlan, DownloadResult } from '@ilab/sdk';
import { formatTable } from './table.ts';
import { formatBytes, formatSeconds } from './units.ts';

/** `quay.io/…:v1.1: 6 files, 4.8 MB; 4.7 MB fetched, 10 kB shared instead, 0.4 s`. */
export function presentDownload({ reference, files, bytes, fetched, linked, donated, seconds }: DownloadResult): string {
  const count = `${files.length} ${files.length === 1 ? 'file' : 'files'}, ${formatBytes(bytes)}`;
  if (fetched === 0 && linked === 0) return `${reference}: ${count}, all here already`;
  const own = linked - Object.values(donated).reduce((sum, given) => sum + given, 0);
  const taken = Object.entries(donated).map(([tool, given]) => `, ${formatBytes(given)} taken from ${tool} instead`);
  const shared = `${own > 0 ? `, ${formatBytes(own)} shared instead` : ''}${taken.join('')}`;
  return `${reference}: ${count}; ${formatBytes(fetched)} fetched${shared}, ${formatSeconds(seconds)}`;
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
