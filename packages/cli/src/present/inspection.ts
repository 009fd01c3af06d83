import type { ModelInspection } from '@ilab/sdk';
import { printable } from './printable.ts';
import { signerOf } from './signer.ts';
import { formatPairs, formatTable } from './table.ts';
import { formatBytes, formatCount, formatTime } from './units.ts';

/** What is known of one model, then its files. */
export function presentInspection(model: ModelInspection): string {
  const about = formatPairs([
    ['Reference', model.reference],
    ['Source', model.source],
    ['Versions', model.versions.join(', ')],
    ['Kind', model.kind],
    ['Revision', model.revision],
    ['Format', model.format],
    ['Architecture', model.architecture],
    ['Parameters', model.parameters === undefined ? undefined : formatCount(model.parameters)],
    ['Quantisation', model.quantisation],
    ['Context', model.contextLength === undefined ? undefined : `${model.contextLength} tokens`],
    ['Licence', model.licence],
    ['Chat template', model.chatTemplate === undefined ? undefined : `sha256:${model.chatTemplate}`],
    ['Base', model.base],
    ['Rank', model.rank === undefined ? undefined : String(model.rank)],
    ['Modules', model.targetModules?.join(', ')],
    ['Size', sizeOf(model)],
    ['Downloaded', model.created === undefined ? undefined : formatTime(model.created)],
    ['Path', model.path],
    ['Signature', model.signature && signatureState(model.signature)],
    ['Damage', model.damage],
  ]);
  const parts = [about, ...codePart(model.runsCode)];
  if (model.files.length === 0) return parts.join('\n\n');
  const files = formatTable(model.files, [
    { title: 'FILE', value: ({ path }) => path },
    { title: 'SIZE', value: ({ size }) => (size === undefined ? '' : formatBytes(size)), align: 'right' },
    { title: 'HERE', value: ({ here }) => (here ? 'yes' : 'no') },
    { title: 'DIGEST', value: ({ sha256, gitSha1 }) => (sha256 !== undefined ? `sha256:${sha256}` : gitSha1 !== undefined ? `git-sha1:${gitSha1}` : '') },
  ]);
  return [...parts, files].join('\n\n');
}

/** Nothing is said where nothing was found: no file is ever called harmless. */
function codePart(files: ModelInspection['runsCode']): readonly string[] {
  if (files.length === 0) return [];
  return [
    formatTable(files, [
      { title: 'RUNS CODE WHEN LOADED', value: ({ file }) => file },
      { title: 'WHY', value: ({ why }) => why },
    ]),
  ];
}

/** `verified by release@acme.example, 2026-11-27 16:04 (every file, by model.sig)`. */
function signatureState(signature: NonNullable<ModelInspection['signature']>): string {
  const when = formatTime(signature.checked);
  if (signature.state === 'unsigned') return `none, ${when}`;
  if (signature.state === 'rejected') return `rejected, ${when}: ${printable(signature.reason)}`;
  const { signer, covers, from, trusted } = signature;
  const what = covers === 'manifest' ? 'all of it' : 'the files that are here';
  const isStill = trusted === false ? ', whom the policy trusts no more' : '';
  return printable(`verified, ${when}: by ${signerOf(signer)}${isStill} (${what}, by ${from})`);
}

/** `4.8 MB (4.7 MB unique, 60 kB shared)`. */
function sizeOf({ size, uniqueSize }: ModelInspection): string | undefined {
  if (size === undefined || uniqueSize === undefined) return size === undefined ? undefined : formatBytes(size);
  return `${formatBytes(size)} (${formatBytes(uniqueSize)} unique, ${formatBytes(size - uniqueSize)} shared)`;
}
