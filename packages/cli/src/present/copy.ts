import type { CopiedModel, CopyPlan } from '@ilab/sdk';
import { printable } from './printable.ts';
import { signerOf } from './signer.ts';
import { formatTable } from './table.ts';
import { formatBytes } from './units.ts';

/** `quay.io/a/m:v1 to ghcr.io/b/m:v1: 6 files, 4.8 MB; 4.7 MB sent, 10 kB there already; 1 signature or other attachment`. */
export function presentCopied({ source, reference, files, bytes, sent, here, changed, referrers, signature }: CopiedModel): string {
  const what = `${source.reference} to ${reference}: ${files} ${files === 1 ? 'file' : 'files'}, ${formatBytes(bytes)}`;
  const attached = referrers === undefined || referrers === 0 ? '' : `; with ${referrers} ${referrers === 1 ? 'attachment' : 'attachments'}`;
  const signed = signature?.state === 'verified' ? `; signed by ${printable(signerOf(signature.signer))}` : '';
  if (!changed && sent === 0) return `${what}, all there already; nothing was changed${attached}${signed}.`;
  return `${what}; ${formatBytes(sent)} sent${here > 0 ? `, ${formatBytes(here)} there already` : ''}${attached}${signed}`;
}

/** Files and sizes, and how they would go. */
export function presentCopyPlan({ request, destination, snapshot, way, files, bytes }: CopyPlan): string {
  const table = formatTable(files, [
    { title: 'FILE', value: ({ path }) => path },
    { title: 'SIZE', value: ({ blob }) => formatBytes(blob.size), align: 'right' },
  ]);
  const how = way === 'whole' ? 'Byte for byte' : 'File by file';
  return `${request.source.canonical} (${snapshot.revision}) to ${destination.canonical}\n${table}\n${how}, at most ${formatBytes(bytes)}: what is there already is not sent.`;
}
