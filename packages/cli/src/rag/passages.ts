/** A piece of a document, small enough to be found and shown by itself. */
export interface Passage {
  /** Headings that it stands below, the outermost first. */
  readonly heading: readonly string[];
  readonly text: string;
}

/** In characters: a third of a page. */
const USUAL = 1200;
const FENCE = /^ {0,3}(?:```|~~~)/;
const HEADING = /^ {0,3}(#{1,6})\s+(.+?)\s*#*$/;

/**
 * Cuts Markdown, or plain text, where it begins something new: at headings, then between paragraphs. What is longer than `longest`
 * by itself is cut between lines, sentences or words. It takes time in proportion to the text, whatever is in it.
 */
export function passagesOf(text: string, longest: number = USUAL): readonly Passage[] {
  const passages: Passage[] = [];
  const headings: string[] = [];
  let open = '';
  const close = (): void => {
    for (const piece of pieces(open.trim(), longest)) passages.push({ heading: headings.filter(Boolean), text: piece });
    open = '';
  };
  for (const block of blocksOf(text)) {
    const [, marks, title] = HEADING.exec(block) ?? [];
    if (marks !== undefined && title !== undefined) {
      close();
      headings.length = Math.min(headings.length, marks.length - 1);
      // A level may have been left out.
      while (headings.length < marks.length - 1) headings.push('');
      headings.push(title.slice(0, 200));
    } else {
      if (open.length + block.length > longest) close();
      open += `${block}\n\n`;
    }
  }
  close();
  return passages;
}

/** Headings, and what stands between empty lines; code stays whole. */
function blocksOf(text: string): readonly string[] {
  const blocks: string[] = [];
  let lines: string[] = [];
  let isCode = false;
  const end = (): void => {
    if (lines.length > 0) blocks.push(lines.join('\n'));
    lines = [];
  };
  for (const line of text.split(/\r\n?|\n/)) {
    if (FENCE.test(line)) isCode = !isCode;
    const isHeading = !isCode && line.length < 500 && HEADING.test(line);
    if (isHeading || (!isCode && line.trim() === '')) end();
    if (isHeading) blocks.push(line);
    else if (isCode || line.trim() !== '') lines.push(line);
  }
  end();
  return blocks;
}

function pieces(text: string, longest: number): readonly string[] {
  const found: string[] = [];
  let rest = text;
  while (rest.length > longest) {
    const at = cutAt(rest.slice(0, longest));
    found.push(rest.slice(0, at).trim());
    rest = rest.slice(at).trimStart();
  }
  return [...found, rest].filter((piece) => piece !== '');
}

/** The best place in the second half. */
function cutAt(text: string): number {
  for (const mark of ['\n', '. ', ' ']) {
    const at = text.lastIndexOf(mark);
    if (at >= text.length / 2) return at + mark.length;
  }
  // Not between the halves of a character.
  return /[\ud800-\udbff]$/.test(text) ? text.length - 1 : text.length;
}
