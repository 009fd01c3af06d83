import { colors } from './colors.ts';

/** What changes from one text to the other, as `diff -u` tells it; colours only for terminals that have them. */
export async function presentDiff({ path, before, after }: { readonly path: string; readonly before: string; readonly after: string }): Promise<{
  readonly diff: string;
  readonly colored: string;
}> {
  // Asked for by one command.
  const { createTwoFilesPatch } = await import('diff');
  const patch = createTwoFilesPatch(path, path, before, after, 'now', 'after', { context: 3, stripTrailingCr: true });
  const diff = patch.slice(patch.indexOf('--- ')).trimEnd();
  const { red, green, bold } = colors(process.stdout);
  const paint = (line: string): string =>
    /^(?:---|\+\+\+)/.test(line) ? bold(line) : line.startsWith('+') ? green(line) : line.startsWith('-') ? red(line) : line;
  return { diff, colored: diff.split('\n').map(paint).join('\n') };
}
