import { createInterface } from 'node:readline';
import type { CallOptions } from '@ilab/sdk';
import type { LineCollector } from './line-collector.ts';

export interface Reading {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  readonly collector: LineCollector;
  /** The last first; what is typed is put before it. */
  readonly history: string[];
  readonly complete: (line: string) => readonly [string[], string];
  readonly prompt: string;
  /** For the lines of a message behind its first. */
  readonly morePrompt: string;
  readonly ahead: TypedAhead;
}

/** What was typed before it was asked for: all that comes at once is read at once, and what stands behind a message is the next. */
export interface TypedAhead {
  text: string;
}

/** What a person did: said something, pressed Ctrl-C, or Ctrl-D on an empty line. */
export type Read = { readonly message: string } | 'interrupt' | 'end';

type Key = { readonly name?: string | undefined; readonly meta?: boolean | undefined };

const PASTE_MARKS_ON = '\u001b[?2004h';
const PASTE_MARKS_OFF = '\u001b[?2004l';

/** Reads one message, with the keys of a shell. Lines that are pasted stay together, and Alt-Enter begins a line or ends a message of many. */
export async function readMessage(reading: Reading, { signal }: CallOptions): Promise<Read> {
  const { input, output, collector, history, prompt, morePrompt, ahead } = reading;
  const lines = createInterface({
    input,
    output,
    history,
    historySize: 1000,
    removeHistoryDuplicates: true,
    prompt,
    completer: reading.complete,
    ...(signal && { signal }),
  });
  let pasting = false;
  let altEnter = false;
  const onKey = (_text: string | undefined, { name, meta }: Key = {}): void => {
    if (name === 'paste-start') pasting = true;
    if (name === 'paste-end') pasting = false;
    if (meta !== true || (name !== 'return' && name !== 'enter')) return;
    altEnter = true;
    lines.write(null, { name: 'return' });
    altEnter = false;
  };
  output.write(PASTE_MARKS_ON);
  input.on('keypress', onKey);
  try {
    const before = ahead.text;
    ahead.text = '';
    let isWhole = false;
    // What stands behind it goes with it, as in a shell.
    let isInterrupted = false;
    const read = await new Promise<Read>((resolve) => {
      lines.on('history', (now: string[]) => void history.splice(0, history.length, ...now));
      lines.on('SIGINT', () => {
        const wasEmpty = lines.line === '' && !collector.open;
        collector.clear();
        isInterrupted = true;
        resolve(wasEmpty ? 'interrupt' : { message: '' });
      });
      lines.on('close', () => resolve('end'));
      lines.on('line', (line: string) => {
        if (isInterrupted) return;
        if (isWhole) {
          ahead.text += `${line}\n`;
          return;
        }
        const message = collector.add(line, pasting || altEnter);
        isWhole = message !== undefined;
        if (message !== undefined) return resolve({ message });
        lines.setPrompt(morePrompt);
        lines.prompt();
      });
      lines.prompt();
      if (before !== '') lines.write(before);
    });
    if (isWhole) ahead.text += lines.line;
    return read;
  } finally {
    input.off('keypress', onKey);
    lines.close();
    output.write(PASTE_MARKS_OFF);
  }
}
