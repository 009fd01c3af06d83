import { styleText } from 'node:util';
import { createLiveArea } from '../../terminal/live-area.ts';
import type { Piece } from '../client/message.ts';
import { markdownPrinter, plainPrinter } from '../text/answer-printer.ts';
import { cleanText } from '../text/clean-text.ts';
import type { Style } from '../text/markdown.ts';

/** Shows an answer on a stream while it comes. */
export interface AnswerView {
  piece(piece: Piece): void;
  end(): void;
}

export interface ViewOptions {
  readonly stream: NodeJS.WriteStream;
  /** Text as it comes, without Markdown. */
  readonly plain: boolean;
  readonly showThoughts: boolean;
}

/** Lines of what is under way that are shown. */
const PREVIEW = 8;

/** Markdown on a terminal with colours, else the text as it comes. Thoughts are dimmed, and stand apart. */
export function createAnswerView({ stream, plain, showThoughts }: ViewOptions): AnswerView {
  const write = (text: string): void => void stream.write(text);
  const style: Style = (format, text) => styleText(format, text, { stream });
  const area = createLiveArea(stream);
  const columns = (): number => Math.max(20, stream.columns ?? 80);
  const preview = (text: string): void => {
    const lines = text === '' ? [] : wrapped(text, columns()).slice(-PREVIEW);
    if (lines.length === 0) area.clear();
    else area.show(lines.map((line) => style('dim', line)));
  };
  const printer = plain || !isColoured(stream) ? plainPrinter(write) : markdownPrinter({ write, style, preview, columns });
  let thinking = false;
  return {
    piece(piece) {
      if (piece.type === 'thought' && showThoughts) {
        thinking = true;
        write(style('dim', cleanText(piece.text)));
      }
      if (piece.type !== 'text') return;
      if (thinking) write('\n\n');
      thinking = false;
      printer.push(piece.text);
    },
    end() {
      if (thinking) write('\n');
      printer.end();
    },
  };
}

function isColoured(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY === true && styleText('bold', 'x', { stream }) !== 'x';
}

/** Letters of some scripts are two columns wide; too narrow does no harm, and too wide would leave lines behind. */
function wrapped(text: string, columns: number): readonly string[] {
  const width = /^[\n\t -~]*$/.test(text) ? columns - 1 : Math.floor((columns - 1) / 2);
  const line = new RegExp(`.{1,${width}}`, 'gu');
  return text
    .replaceAll('\t', '    ')
    .trimEnd()
    .split('\n')
    .flatMap((whole) => whole.match(line) ?? ['']);
}
