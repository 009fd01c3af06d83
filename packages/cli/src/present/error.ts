import type { IlabError } from '@ilab/sdk';
import { colors } from './colors.ts';
import { printable } from './printable.ts';
import { terminalWidth } from './terminal-width.ts';
import { wrap } from './wrap.ts';

/** An error as it stands on a terminal: what, where in what was typed, and what to do. */
export function presentError(error: IlabError, width = terminalWidth(process.stderr)): string {
  const lines = [...headline(error, width), ...caret(error), ...advice(error.hint, width), ...command(error)];
  if (process.env['ILAB_DEBUG']) lines.push(...causes(error));
  return `${lines.join('\n')}\n`;
}

function headline({ code, message }: IlabError, width: number): readonly string[] {
  const { bold, red, dim } = colors(process.stderr);
  const [first = '', ...rest] = wrap(`Error [${code}] ${message}`, width - 2);
  const [word = '', bracket = '', ...words] = first.split(' ');
  return [[red(bold(word)), dim(bracket), ...words].join(' '), ...rest.map((line) => `  ${line}`)];
}

/** What to do, with a command that does not fit behind it on a line of its own, where it can be copied. */
function advice(hint: string | undefined, width: number): readonly string[] {
  if (hint === undefined) return [];
  const [, before, last] = hint.length + 2 > width ? (/^(.*:) (ilab .*)$/.exec(hint) ?? []) : [];
  const lines = before === undefined || last === undefined ? wrap(hint, width - 2) : [...wrap(before, width - 2), last];
  return lines.map((line) => `  ${line}`);
}

/** Points at the character of a reference that can't be read. */
function caret({ details }: IlabError): readonly string[] {
  const { input, position } = details ?? {};
  if (typeof input !== 'string' || typeof position !== 'number') return [];
  return [`    ${input}`, `    ${' '.repeat(position)}^`];
}

/** What was typed, with what was perhaps meant in its place: to be copied, so on a line of its own. */
function command({ details }: IlabError): readonly string[] {
  return typeof details?.['command'] === 'string' ? [`  Run: ${printable(details['command'])}`] : [];
}

/** Stack and causes, for whoever asked for them. */
function causes(error: Error): readonly string[] {
  const lines: string[] = [];
  for (let cause: unknown = error, depth = 0; cause instanceof Error && depth < 10; cause = cause.cause, depth++) lines.push(cause.stack ?? cause.message);
  return lines;
}
