import { createInterface } from 'node:readline/promises';
import type { CallOptions, Prompt } from '@ilab/sdk';

/** Asks on the terminal; questions and answers stay off standard output. */
export function createPrompt({ enabled }: { readonly enabled: boolean }): Prompt {
  const interactive = enabled && process.stdin.isTTY === true && process.stderr.isTTY === true;
  return {
    interactive,
    async choose({ message, choices, fallback }, options) {
      if (!interactive) return undefined;
      const menu = choices.map((choice, index) => `  ${index + 1}) ${choice}`).join('\n');
      const nothing = fallback === undefined ? '(nothing to leave)' : `[${choices.indexOf(fallback) + 1}]`;
      const answer = await ask(`${message}\n${menu}\nNumber ${nothing}: `, options);
      if (answer === '') return fallback;
      return /^\d+$/.test(answer) ? choices[Number(answer) - 1] : undefined;
    },
    async confirm({ message }, options) {
      return interactive && /^y(es)?$/i.test(await ask(`${message} [y/N] `, options));
    },
  };
}

async function ask(question: string, { signal }: CallOptions): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // The terminal's own Ctrl-C means what it means elsewhere; Ctrl-D is an answer of nothing.
  terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  const closed = new Promise<string>((resolve) => terminal.once('close', () => resolve('')));
  try {
    return (await Promise.race([terminal.question(question, signal ? { signal } : {}), closed])).trim();
  } finally {
    terminal.close();
  }
}
