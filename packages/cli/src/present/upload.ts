import type { UploadedModel, UploadPlan } from '@ilab/sdk';
import { printable } from './printable.ts';
import { formatTable } from './table.ts';
import { formatBytes } from './units.ts';

/** `huggingface.co/me/m: 6 files, 4.8 MB; 4.7 MB sent, 10 kB there already`. */
export function presentUploaded({ reference, files, bytes, sent, here, changed, ignored, packed, pullRequest }: UploadedModel): string {
  const count = `${reference}: ${files.length} ${files.length === 1 ? 'file' : 'files'}, ${formatBytes(bytes)}`;
  const left = ignored.length > 0 ? `\nLeft out by the repository’s .gitignore: ${ignored.map(printable).join(', ')}.` : '';
  if (!changed) return `${count}, all there already; nothing was changed.${left}`;
  const proposed = pullRequest === undefined ? '' : `, proposed as ${pullRequest}`;
  const how = packed === undefined ? '' : `; ${PACKED[packed] ?? packed}`;
  return `${count}; ${formatBytes(sent)} sent${here > 0 ? `, ${formatBytes(here)} there already` : ''}${how}${proposed}${left}`;
}

/** How a registry keeps it, for people. */
const PACKED: Readonly<Record<string, string>> = { original: 'with its own manifest', modelpack: 'as ModelPack', modelcar: 'as a ModelCar image' };

/** Files and sizes, and where to. */
export function presentUploadPlan({ request, source, bytes }: UploadPlan): string {
  const table = formatTable(source.files, [
    { title: 'FILE', value: ({ path }) => path },
    { title: 'SIZE', value: ({ size }) => formatBytes(size), align: 'right' },
  ]);
  return `${source.reference} to ${request.destination.canonical}\n${table}\nAt most ${formatBytes(bytes)}: what is there already is not sent.`;
}
