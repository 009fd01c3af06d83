import type { ModelInspection } from '@ilab/sdk';
import { formatPairs, formatTable } from './table.ts';
import { formatBytes, formatTime } from './units.ts';

/** What is known of one model, then its files. */
export function presentInspection(model: ModelInspection): string {
  const about = formatPairs([
    ['Reference', model.reference],
    ['Source', model.source],
    ['Versions', model.versions.join(', ')],
    ['Kind', model.kind],
    ['Revision', model.revision],
    ['Format', model.format],
    ['Size', model.size === undefined ? undefined : formatBytes(model.size)],
    ['Downloaded', model.created === undefined ? undefined : formatTime(model.created)],
    ['Path', model.path],
  ]);
  if (model.files.length === 0) return about;
  const files = formatTable(model.files, [
    { title: 'FILE', value: ({ path }) => path },
    { title: 'SIZE', value: ({ size }) => (size === undefined ? '' : formatBytes(size)), align: 'right' },
    { title: 'HERE', value: ({ here }) => (here ? 'yes' : 'no') },
    { title: 'DIGEST', value: ({ sha256, gitSha1 }) => (sha256 !== undefined ? `sha256:${sha256}` : gitSha1 !== undefined ? `git-sha1:${gitSha1}` : '') },
  ]);
  return `${about}\n\n${files}`;
}
