import { stripVTControlCharacters } from 'node:util';
import type { ImportedModel, ImportPlan, ImportResult } from '@ilab/sdk';
import { formatTable } from './table.ts';
import { formatBytes } from './units.ts';

type Item = ImportPlan['items'][number];

/** A row per model that would come in, and how many bytes all of them are. */
export function presentImportPlan({ items, refused }: ImportPlan): string {
  const table = formatTable(items, [
    { title: 'NAME', value: ({ name }) => name.repository.canonical },
    { title: 'VERSION', value: versionOf },
    { title: 'SIZE', value: ({ bytes }) => formatBytes(bytes), align: 'right' },
    { title: 'HERE', value: ({ here }) => (here === 0 ? '' : formatBytes(here)), align: 'right' },
    { title: 'FROM', value: ({ model }) => printable(model.from) },
  ]);
  const coming = items.reduce((sum, { bytes, here }) => sum + bytes - here, 0);
  const left = refused.map((one) => presentRefused(one));
  return [items.length > 0 ? table : 'There is nothing to import.', ...left, `Would come in: ${formatBytes(coming)}`].join('\n');
}

/** `localhost/granite:latest: 3 files, 4.8 MB, from /data/granite`. */
export function presentImported({ reference, files, bytes, added, from }: ImportedModel): string {
  const count = `${files.length} ${files.length === 1 ? 'file' : 'files'}, ${formatBytes(bytes)}`;
  return `${reference}: ${count}, ${added === 0 ? 'all here already' : `${formatBytes(added)} brought in from ${printable(from)}`}`;
}

export function presentRefused({ from, reason }: ImportResult['refused'][number]): string {
  return printable(`Not imported: ${from}: ${reason}`);
}

/** Version names, or the beginning of the revision where there are none. */
function versionOf({ name, model }: Item): string {
  if (name.versions.length > 0) return name.versions.map((version) => version.name).join(', ');
  return model.revision === undefined ? '' : `@${model.revision.slice(model.revision.indexOf(':') + 1).slice(0, 12)}`;
}

/** Other tools' folders may be called anything. */
function printable(text: string): string {
  return stripVTControlCharacters(text).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?');
}
