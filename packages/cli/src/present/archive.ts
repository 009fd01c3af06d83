import type { LoadedModel, SavedModels } from '@ilab/sdk';
import { printable } from './printable.ts';
import { formatBytes } from './units.ts';

/** A line per model, and the size of the whole. */
export function presentSaved({ models, bytes }: SavedModels): string {
  const lines = models.map(
    ({ reference, digest, attachments }) =>
      `${reference}: ${digest}${attachments > 0 ? `, with ${countOf(attachments, 'signature or other attachment', 'signatures and other attachments')}` : ''}`,
  );
  return [...lines, `${countOf(models.length, 'model', 'models')}, ${formatBytes(bytes)}`].join('\n');
}

/** `quay.io/org/name:v1: 3 files, 4.8 MB, all here already; it was at sha256:0123…`. */
export function presentLoaded({ reference, files, bytes, here, path, movedFrom }: LoadedModel): string {
  const count = `${printable(reference)}: ${countOf(files, 'file', 'files')}, ${formatBytes(bytes)}`;
  const known = here === 0 ? '' : here >= bytes ? ', all here already' : `, ${formatBytes(here)} of it here already`;
  const moved = movedFrom === undefined ? '' : `; the name ${path === undefined ? 'would move' : 'moved'} from ${movedFrom.slice(0, 19)}`;
  return `${count}${known}${moved}`;
}

function countOf(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
