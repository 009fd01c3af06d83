import { stripVTControlCharacters } from 'node:util';
import { displayWidth } from './terminal-width.ts';

export const GAP = '  ';

export type Align = 'right' | undefined;

/** Lines whose cells stand under each other, with nothing at line ends. */
export function alignedLines(lines: readonly (readonly string[])[], aligns: readonly Align[]): readonly string[] {
  const widths = aligns.map((_align, index) => Math.max(0, ...lines.map((line) => widthOf(line[index] ?? ''))));
  return lines.map((line) =>
    line
      .map((cell, index) => pad(cell, widths[index] ?? 0, aligns[index]))
      .join(GAP)
      .trimEnd(),
  );
}

/** Columns that a text takes, without the colours in it. */
export function widthOf(text: string): number {
  return displayWidth(stripVTControlCharacters(text));
}

export function fits(lines: readonly string[], width: number): boolean {
  return width === Number.POSITIVE_INFINITY || lines.every((line) => widthOf(line) <= width);
}

function pad(cell: string, to: number, align: Align): string {
  const gap = ' '.repeat(Math.max(0, to - widthOf(cell)));
  return align === 'right' ? gap + cell : cell + gap;
}
