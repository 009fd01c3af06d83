import type { ExportedModel } from '@ilab/sdk';
import { formatBytes } from './units.ts';

/** `huggingface.co/org/name:main: 6 files, 4.8 MB, found as org/name now`. */
export function presentExported({ reference, name, version, revision, files, bytes, here }: ExportedModel): string {
  const count = `${files.length} ${files.length === 1 ? 'file' : 'files'}, ${formatBytes(bytes)}`;
  const already = here === bytes ? ', all there already' : here > 0 ? `, ${formatBytes(here)} of it there already` : '';
  const asked = version === 'main' ? name : `${name} at revision ${version ?? revision}`;
  return `${reference}: ${count}${already}; Hugging Face’s tools find it as ${asked}`;
}
