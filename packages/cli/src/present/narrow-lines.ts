import { type Align, alignedLines, fits, GAP, widthOf } from './align.ts';

/** A table as text. */
export interface TextTable {
  readonly titles: readonly string[];
  readonly cells: readonly (readonly string[])[];
  readonly aligns: readonly Align[];
}

/**
 * What becomes of a table that is wider than the terminal: the first column, which has the names, gets lines of its own, and the others stand
 * below it; as a table, or each with its title where that is too wide as well. A name is told once for the rows that share it.
 */
export function narrowLines({ titles, cells, aligns }: TextTable, width: number): readonly string[] {
  const [name = '', ...others] = titles;
  const rest = cells.map((line) => line.slice(1));
  const [head = '', ...bodies] = alignedLines([others, ...rest], aligns.slice(1)).map((line) => GAP + line);
  const names = cells.map(([first = '']) => first);
  if (fits([head, ...bodies], width)) return [name, head, ...below(names, bodies)];
  return below(
    names,
    rest.map((line) => labelled(others, line, width)),
  );
}

function below(names: readonly string[], bodies: readonly string[]): readonly string[] {
  return names.flatMap((name, at) => [...(name === names[at - 1] ? [] : [name]), ...[bodies[at] ?? ''].filter((body) => body.trim() !== '')]);
}

/** Titles and values, as many on a line as fit. */
function labelled(titles: readonly string[], cells: readonly string[], width: number): string {
  const lines: string[] = [];
  for (const [at, cell] of cells.entries()) {
    if (cell === '') continue;
    const pair = `${titles[at]} ${cell}`;
    const last = lines.at(-1);
    if (last !== undefined && widthOf(last) + GAP.length + widthOf(pair) <= width) lines[lines.length - 1] = last + GAP + pair;
    else lines.push(GAP + pair);
  }
  return lines.join('\n');
}
