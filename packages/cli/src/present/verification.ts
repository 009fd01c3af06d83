import type { Verification } from '@ilab/sdk';
import { colors } from './colors.ts';
import { printable } from './printable.ts';
import { formatTable } from './table.ts';
import { formatBytes } from './units.ts';

type Problem = { readonly reference: string; readonly file: string; readonly what: string };

/** What is wrong, one line each, what was put right, and how much was looked at. */
export function presentVerification(verification: Verification, { quick }: { readonly quick: boolean }): string {
  const { bold } = colors(process.stdout);
  const { checked, bytes, ok, bad, missing, repaired, fetched, untrusted } = verification;
  const problems: readonly Problem[] = [
    ...bad.map(({ reference, file, expected, actual }) => ({ reference, file, what: `${actual}, not ${expected}` })),
    ...missing.map(({ reference, file }) => ({ reference, file, what: 'missing' })),
  ];
  const columns = [
    { title: 'REFERENCE', value: ({ reference }: Problem) => printable(reference) },
    { title: 'FILE', value: ({ file }: Problem) => printable(file) },
    { title: 'PROBLEM', value: ({ what }: Problem) => printable(what) },
  ];
  const lines = problems.length > 0 ? [`${bold('Damaged')}\n${formatTable(problems, columns)}\n`] : [];
  for (const { reference, reason } of untrusted) lines.push(`${bold('Untrusted')} ${printable(reference)}: ${printable(reason)}`);
  if (repaired.length > 0) lines.push(...repaired.map(({ reference, file }) => `Repaired ${printable(reference)}: ${printable(file)}`));
  if (repaired.length > 0) lines.push(`${formatBytes(fetched)} fetched.`);
  const looked = quick ? 'looked at, not read' : 'read and hashed';
  lines.push(`${count(ok.length, 'snapshot')} in order; ${count(checked, 'file')}, ${formatBytes(bytes)} ${looked}.`);
  return lines.join('\n');
}

/** Whether something is left that is not as it should be. */
export function isDamaged({ bad, missing }: Verification): boolean {
  return bad.length + missing.length > 0;
}

function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? '' : 's'}`;
}
