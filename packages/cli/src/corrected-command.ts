import { IlabError } from '@ilab/sdk';
import { DEPRECATED_COMMANDS } from './deprecation/options.ts';
import { shellWord } from './present/shell-word.ts';

/** A command as it was called, in today’s words. */
export interface Call {
  /** With spaces. */
  readonly command: string;
  readonly argv: readonly string[];
}

/** Where an error says which names are like the one that was typed, also the whole command with the first of them, as `details.command`. */
export function withCorrectedCommand(error: IlabError, { command, argv }: Call): IlabError {
  const { typed, nearest } = error.details ?? {};
  const [near] = Array.isArray(nearest) ? nearest : [];
  if (typeof typed !== 'string' || typeof near !== 'string') return error;
  const corrected = argv.map((word) => {
    if (word === typed || isValue(word, typed)) return word.slice(0, word.length - typed.length) + near;
    return typed.startsWith('--') && word.startsWith(`${typed}=`) ? near + word.slice(typed.length) : word;
  });
  if (corrected.every((word, at) => word === argv[at])) return error;
  const { code, message, hint, details, retryable, cause } = error;
  const words = ['ilab', ...(DEPRECATED_COMMANDS[command] ?? command).split(' '), ...corrected.map(shellWord)];
  return new IlabError(code, message, { ...(hint !== undefined && { hint }), details: { ...details, command: words.join(' ') }, retryable, cause });
}

/** `--model=typed` and `-mtyped`. */
function isValue(word: string, typed: string): boolean {
  return (word.startsWith('--') && word.endsWith(`=${typed}`)) || (/^-\w/.test(word) && word.slice(2) === typed);
}
