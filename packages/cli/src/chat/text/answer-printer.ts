import { marked, type Token } from 'marked';
import { cleanText } from './clean-text.ts';
import { renderBlock, type Style } from './markdown.ts';
import { wrapLines } from './wrap-lines.ts';

/** Prints an answer while it comes. */
export interface AnswerPrinter {
  push(text: string): void;
  /** What is left, and the end of its line. */
  end(): void;
}

/** A longer block is printed as it is: rules for what is nested take long over text that was made to that end. */
const LONGEST_BLOCK = 32 * 1024;

/** As it comes, without styles; for programs, and for who wants none. */
export function plainPrinter(write: (text: string) => void): AnswerPrinter {
  let last = '\n';
  return {
    push(text) {
      const clean = cleanText(text);
      if (clean === '') return;
      write(clean);
      last = clean;
    },
    end: () => (last.endsWith('\n') ? undefined : write('\n')),
  };
}

export interface MarkdownScreen {
  readonly write: (text: string) => void;
  readonly style: Style;
  /** Shows what is under way, until it is called again. */
  readonly preview: (text: string) => void;
  /** How wide it is now. */
  readonly columns: () => number;
}

/** Reads Markdown and prints each block when it is finished; what is under way is shown by `preview`, and taken away again. */
export function markdownPrinter({ write, style, preview, columns }: MarkdownScreen): AnswerPrinter {
  let open = '';
  let first = true;
  const print = (token: Token): void => {
    const text = broken(token, rendered(token, style), columns());
    if (text === '') return;
    write(first ? text : `\n${text}`);
    first = false;
  };
  return {
    push(text) {
      open += cleanText(text);
      if (open.includes('\n')) {
        const tokens = tokensOf(open);
        const finished = open.length > LONGEST_BLOCK ? tokens : tokens.slice(0, lastOpen(tokens));
        if (finished.length > 0) {
          preview('');
          for (const token of finished) print(token);
          open = tokens
            .slice(finished.length)
            .map(({ raw }) => raw)
            .join('');
        }
      }
      preview(open);
    },
    end() {
      preview('');
      for (const token of tokensOf(open)) print(token);
      open = '';
    },
  };
}

/** Index of the block that more text may belong to; an empty line behind it ends no list and no code. */
function lastOpen(tokens: readonly Token[]): number {
  const index = tokens.findLastIndex(({ type }) => type !== 'space');
  const last = tokens[index];
  return last?.type === 'paragraph' && index < tokens.length - 1 ? tokens.length : Math.max(0, index);
}

function tokensOf(text: string): readonly Token[] {
  const raw: Token = { type: 'raw', raw: text };
  if (text.length > LONGEST_BLOCK) return [raw];
  try {
    return marked.lexer(text);
  } catch {
    return text === '' ? [] : [raw];
  }
}

function rendered(token: Token, style: Style): string {
  try {
    return renderBlock(token, style);
  } catch {
    return `${token.raw.trimEnd()}\n`;
  }
}

/** Lines of code and of tables mean something as they are. */
function broken({ type }: Token, text: string, columns: number): string {
  return type === 'code' || type === 'table' ? text : wrapLines(text, columns);
}
