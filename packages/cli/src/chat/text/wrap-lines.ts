import { stripVTControlCharacters } from 'node:util';

/** What stands before the text of a list or a quotation. */
const LEAD = /^(?:│ )*\s*(?:(?:•|\d+\.) )?(?:[☑☐] )?/;
/** Letters that take two columns. */
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/gu;

/** Breaks lines at spaces where a terminal would break them within words. What is wider without a space stays whole, so that it can be copied. */
export function wrapLines(text: string, columns: number): string {
  return text
    .split('\n')
    .map((line) => (widthOf(line) <= columns ? line : wrapLine(line, columns)))
    .join('\n');
}

function wrapLine(line: string, columns: number): string {
  const lead = LEAD.exec(stripVTControlCharacters(line))?.[0] ?? '';
  const below = lead.replace(/[^│]/g, ' ');
  const lines: string[] = [];
  let [open = '', ...words] = line.split(' ');
  let width = widthOf(open);
  for (const word of words) {
    const more = 1 + widthOf(word);
    const isFull = width + more > columns && width > lead.length;
    if (isFull) lines.push(open);
    open = isFull ? `${below}${word}` : `${open} ${word}`;
    width = isFull ? below.length + more - 1 : width + more;
  }
  return [...lines, open].join('\n');
}

function widthOf(text: string): number {
  const shown = stripVTControlCharacters(text);
  return shown.length + (/^[ -~]*$/.test(shown) ? 0 : (shown.match(WIDE)?.length ?? 0));
}
