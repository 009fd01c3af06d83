import { Parser } from 'htmlparser2';

/** What is in these is not for reading. */
const UNREAD = new Set(['script', 'style', 'template', 'noscript', 'svg', 'nav', 'head']);
/** What these begin stands apart. */
const BLOCKS = new Set([
  'p',
  'div',
  'section',
  'article',
  'main',
  'li',
  'ul',
  'ol',
  'tr',
  'table',
  'blockquote',
  'pre',
  'dl',
  'dt',
  'dd',
  'figure',
  'header',
  'footer',
]);

/** The text of a page, with its headings as Markdown has them. Nothing of it is run or fetched. */
export function textOfHtml(html: string): string {
  let text = '';
  let unread = 0;
  const parser = new Parser({
    onopentagname(name) {
      if (UNREAD.has(name)) unread++;
      const level = /^h([1-6])$/.exec(name)?.[1];
      if (unread > 0) return;
      if (level !== undefined) text += `\n\n${'#'.repeat(Number(level))} `;
      else if (BLOCKS.has(name)) text += '\n\n';
      else if (name === 'br') text += '\n';
      else if (name === 'td' || name === 'th') text += ' ';
    },
    ontext(piece) {
      if (unread === 0) text += piece.replace(/\s+/g, ' ');
    },
    onclosetag(name) {
      if (UNREAD.has(name)) unread = Math.max(0, unread - 1);
      if (/^h[1-6]$/.test(name) || BLOCKS.has(name)) text += '\n\n';
    },
  });
  parser.end(html);
  return text
    .split('\n')
    .map((line) => line.trim())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
