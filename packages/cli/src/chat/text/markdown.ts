import type { MarkedToken, Token, Tokens } from 'marked';

/** Styles of one stream. */
export type Style = (format: 'bold' | 'dim' | 'italic' | 'underline' | 'strikethrough' | 'cyan' | 'yellow', text: string) => string;

/** Deeper nesting is shown as it was written: text of a model has no such, and hostile text would exhaust the stack. */
const DEEPEST = 20;

/** A finished block of Markdown for a terminal: it ends with a newline, and blocks with an empty line between them. */
export function renderBlock(token: Token, style: Style, depth = 0): string {
  if (depth > DEEPEST) return `${token.raw.trimEnd()}\n`;
  const block = token as MarkedToken;
  switch (block.type) {
    case 'heading':
      return `${style('bold', inline(block.tokens, style))}\n`;
    case 'paragraph':
      return `${inline(block.tokens, style)}\n`;
    case 'text':
      return `${block.tokens ? inline(block.tokens, style) : block.text}\n`;
    case 'code':
      return `${indent(block.text, '    ', (line) => style('cyan', line))}\n`;
    case 'blockquote':
      return `${indent(blocks(block.tokens, style, depth), '│ ', (line) => style('dim', line))}\n`;
    case 'list':
      return list(block, style, depth);
    case 'table':
      return table(block, style);
    case 'hr':
      return `${style('dim', '────────')}\n`;
    case 'space':
      return '';
    default:
      return `${block.raw.trimEnd()}\n`;
  }
}

function blocks(tokens: readonly Token[], style: Style, depth: number): string {
  return tokens
    .map((token) => renderBlock(token, style, depth + 1))
    .filter((text) => text !== '')
    .join('')
    .trimEnd();
}

function list({ items, ordered, start }: Tokens.List, style: Style, depth: number): string {
  return items
    .map((item, index) => {
      const mark = ordered ? `${Number(start || 1) + index}.` : '•';
      const box = item.task ? (item.checked ? '☑ ' : '☐ ') : '';
      const inner = blocks(
        item.tokens.filter(({ type }) => type !== 'checkbox'),
        style,
        depth,
      );
      return `${style('dim', mark)} ${box}${indent(inner, ' '.repeat(mark.length + 1)).trimStart()}\n`;
    })
    .join('');
}

function table({ header, rows }: Tokens.Table, style: Style): string {
  const plain: Style = (_format, text) => text;
  const cells = [header, ...rows].map((row) => row.map(({ tokens }) => inline(tokens, plain)));
  const widths = header.map((_cell, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const lines = cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const [first = '', ...others] = lines;
  return `${[style('bold', first), ...others].join('\n')}\n`;
}

function inline(tokens: readonly Token[], style: Style, depth = 0): string {
  if (depth > DEEPEST) return tokens.map(({ raw }) => raw).join('');
  const within = (inner: readonly Token[]): string => inline(inner, style, depth + 1);
  return tokens
    .map((token) => {
      const part = token as MarkedToken;
      switch (part.type) {
        case 'strong':
          return style('bold', within(part.tokens));
        case 'em':
          return style('italic', within(part.tokens));
        case 'del':
          return style('strikethrough', within(part.tokens));
        case 'codespan':
          return style('cyan', part.text);
        case 'link':
          // The address is always to be seen: a text may claim another.
          return part.text === part.href ? style('underline', part.href) : `${within(part.tokens)} (${style('underline', part.href)})`;
        case 'text':
        case 'escape':
          return part.text;
        case 'br':
          return '\n';
        default:
          return part.raw;
      }
    })
    .join('');
}

function indent(text: string, by: string, each: (line: string) => string = (line) => line): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? by : `${by}${each(line)}`).trimEnd())
    .join('\n');
}
