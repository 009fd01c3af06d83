/** Puts lines together to messages, as a person means them. */
export interface LineCollector {
  /** @param more whether the person said that the message goes on. @returns the message when it is whole */
  add(line: string, more: boolean): string | undefined;
  /** Whether a message is under way. */
  readonly open: boolean;
  clear(): void;
}

const QUOTE = '"""';

/** @param everyLine whether Enter begins a new line, and only Alt-Enter ends the message */
export function createLineCollector(everyLine: () => boolean): LineCollector {
  let lines: string[] = [];
  let quoted = false;

  const finish = (): string => {
    const message = lines.join('\n');
    lines = [];
    quoted = false;
    return message;
  };

  return {
    get open() {
      return lines.length > 0 || quoted;
    },
    clear() {
      finish();
    },
    add(line, more) {
      if (!quoted && lines.length === 0 && line.trimStart().startsWith(QUOTE)) {
        quoted = true;
        return closeQuote(line.trimStart().slice(QUOTE.length));
      }
      if (quoted) return closeQuote(line);
      lines.push(line);
      const goesOn = everyLine() && !isCommand() ? !more : more;
      return goesOn ? undefined : finish();
    },
  };

  function closeQuote(line: string): string | undefined {
    const closes = line.trimEnd().endsWith(QUOTE);
    const text = closes ? line.trimEnd().slice(0, -QUOTE.length) : line;
    if (text !== '' || (!closes && lines.length > 0)) lines.push(text);
    return closes ? finish() : undefined;
  }

  function isCommand(): boolean {
    return lines.length === 1 && lines[0]?.startsWith('/') === true;
  }
}
