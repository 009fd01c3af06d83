import type { IlabError } from '@ilab/sdk';
import { colors } from './colors.ts';

/** An error as it stands on a terminal: what, where in what was typed, and what to do. */
export function presentError(error: IlabError): string {
  const { bold, red, dim } = colors(process.stderr);
  const lines = [`${red(bold('Error'))} ${dim(`[${error.code}]`)} ${error.message}`, ...caret(error), ...(error.hint === undefined ? [] : [`  ${error.hint}`])];
  if (process.env['ILAB_DEBUG']) lines.push(...causes(error));
  return `${lines.join('\n')}\n`;
}

/** Points at the character of a reference that can't be read. */
function caret({ details }: IlabError): readonly string[] {
  const { input, position } = details ?? {};
  if (typeof input !== 'string' || typeof position !== 'number') return [];
  return [`    ${input}`, `    ${' '.repeat(position)}^`];
}

/** Stack and causes, for whoever asked for them. */
function causes(error: Error): readonly string[] {
  const lines: string[] = [];
  for (let cause: unknown = error, depth = 0; cause instanceof Error && depth < 10; cause = cause.cause, depth++) lines.push(cause.stack ?? cause.message);
  return lines;
}
