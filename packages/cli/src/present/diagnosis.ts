import type { Diagnosis, Finding } from '@ilab/sdk';
import { colors } from './colors.ts';
import { wrap } from './wrap.ts';

const STATES = ['ok', 'warning', 'problem'] as const;
/** Room for the longest state and two spaces. */
const INDENT = 9;
const NARROWEST = 20;

/** A finding under the other, with what to do below it, and a last line that sums up. `quiet` leaves out what is well. */
export function presentDiagnosis(
  { findings }: Diagnosis,
  { quiet, columns = Number.POSITIVE_INFINITY }: { readonly quiet: boolean; readonly columns?: number | undefined },
): string {
  const width = Math.max(NARROWEST, columns - INDENT);
  const shown = quiet ? findings.filter(({ state }) => state !== 'ok') : findings;
  return [...shown.flatMap((finding) => lines(finding, width)), ...(quiet ? [] : [summary(findings)])].join('\n');
}

function lines({ check, state, message, advice }: Finding, width: number): readonly string[] {
  const { bold } = colors(process.stdout);
  const [first = '', ...rest] = wrap(`${check}: ${message}`, width);
  const head = first.startsWith(`${check}:`) ? `${bold(check)}${first.slice(check.length)}` : first;
  const below = [...rest, ...(advice === undefined ? [] : wrap(`→ ${advice}`, width))];
  return [`${paint(state)}${head}`, ...below.map((line) => `${' '.repeat(INDENT)}${line}`)];
}

function paint(state: Finding['state']): string {
  const { green, yellow, red } = colors(process.stdout);
  const style = { ok: green, warning: yellow, problem: red }[state];
  return style(state) + ' '.repeat(INDENT - state.length);
}

function summary(findings: readonly Finding[]): string {
  const [, warnings, problems] = STATES.map((state) => findings.filter((finding) => finding.state === state).length);
  return `\n${count(problems, 'problem')}, ${count(warnings, 'warning')}.`.replace('\nno', '\nNo');
}

function count(number = 0, word: string): string {
  return `${number === 0 ? 'no' : number} ${word}${number === 1 ? '' : 's'}`;
}
