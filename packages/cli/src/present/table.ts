import { stripVTControlCharacters } from 'node:util';

/** A column: its title, and how a row's value is written. */
export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string;
  readonly align?: 'right';
}

/** A table with two spaces between columns and nothing at line ends, for people and for `awk`. */
export function formatTable<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const cells = [columns.map(({ title }) => title), ...rows.map((row) => columns.map(({ value }) => value(row)))];
  const widths = columns.map((_column, index) => Math.max(...cells.map((line) => width(line[index] ?? ''))));
  return cells
    .map((line) =>
      line
        .map((cell, index) => pad(cell, widths[index] ?? 0, columns[index]?.align))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function pad(cell: string, to: number, align: 'right' | undefined): string {
  const gap = ' '.repeat(Math.max(0, to - width(cell)));
  return align === 'right' ? gap + cell : cell + gap;
}

const PRINTABLE_ASCII = /^[ -~]*$/;

function width(cell: string): number {
  if (PRINTABLE_ASCII.test(cell)) return cell.length;
  return [...stripVTControlCharacters(cell)].length;
}

/** Names and values under each other: `Format   gguf`. */
export function formatPairs(pairs: readonly (readonly [string, string | undefined])[]): string {
  const shown = pairs.filter((pair): pair is readonly [string, string] => pair[1] !== undefined && pair[1] !== '');
  const longest = Math.max(0, ...shown.map(([name]) => name.length));
  return shown.map(([name, value]) => `${name.padEnd(longest)}  ${value}`).join('\n');
}
