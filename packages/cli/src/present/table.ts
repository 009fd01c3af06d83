import { type Align, alignedLines, fits, GAP, widthOf } from './align.ts';
import { narrowLines } from './narrow-lines.ts';
import { terminalWidth } from './terminal-width.ts';

/** A column: its title, and how a row's value is written. */
export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string;
  readonly align?: Align;
}

/** A table with two spaces between columns and nothing at line ends, for people and for `awk`; on a terminal that is too narrow for it, in a narrower form. */
export function formatTable<Row>(rows: readonly Row[], columns: readonly Column<Row>[], width = terminalWidth(process.stdout)): string {
  const titles = columns.map(({ title }) => title);
  const aligns = columns.map(({ align }) => align);
  const cells = rows.map((row) => columns.map(({ value }) => value(row)));
  const lines = alignedLines([titles, ...cells], aligns);
  return (fits(lines, width) ? lines : narrowLines({ titles, cells, aligns }, width)).join('\n');
}

/** Names and values under each other: `Format   gguf`. Where a line is too long for the terminal, the value stands below its name. */
export function formatPairs(pairs: readonly (readonly [string, string | undefined])[], width = terminalWidth(process.stdout)): string {
  const shown = pairs.filter((pair): pair is readonly [string, string] => pair[1] !== undefined && pair[1] !== '');
  const longest = Math.max(0, ...shown.map(([name]) => name.length));
  return shown
    .map(([name, value]) => {
      const line = `${name.padEnd(longest)}${GAP}${value}`;
      return widthOf(line) <= width ? line : `${name}\n${GAP}${value}`;
    })
    .join('\n');
}
