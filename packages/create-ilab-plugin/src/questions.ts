import { createInterface } from 'node:readline';

/** Asks somebody at a terminal, until they say something that will do. */
export interface Questions {
  /**
   * @param take makes what is wanted of an answer; what it throws is said, and the question asked again
   * @param fallback what an empty line stands for
   * @throws Cancelled
   */
  ask<T>(question: string, take: (answer: string) => T | Promise<T>, fallback?: string): Promise<T>;
  close(): void;
}

/** Somebody would rather not go on: Ctrl-C, or Ctrl-D. */
export class Cancelled extends Error {}

export function createQuestions(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): Questions {
  const terminal = createInterface({ input, output });
  // Kept, so that what was typed ahead answers the next question.
  const lines = terminal[Symbol.asyncIterator]();
  return {
    async ask(question, take, fallback) {
      terminal.setPrompt(`${question}${fallback === undefined ? '' : ` (${fallback})`} `);
      for (;;) {
        terminal.prompt();
        const { done, value = '' } = await lines.next();
        if (done === true) {
          output.write('\n');
          throw new Cancelled('Nothing was written.');
        }
        const answer = value.trim();
        try {
          return await take(answer === '' && fallback !== undefined ? fallback : answer);
        } catch (error) {
          output.write(`  ${error instanceof Error ? error.message : String(error)}\n`);
        }
      }
    },
    close: () => terminal.close(),
  };
}
