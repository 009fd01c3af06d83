import { IlabError } from '@ilab/sdk';
import type { DeprecatedOption } from './options.ts';

/** A flag of today’s, as parsing knows it. */
export interface KnownFlag {
  readonly name: string;
  readonly char?: string | undefined;
  readonly takesValue: boolean;
}

/** A word of a command line, or two: a flag and its value. */
export type Part =
  | { readonly kind: 'argument' | 'other'; readonly words: readonly string[] }
  | { readonly kind: 'flag'; readonly flag: string; readonly words: readonly string[]; readonly value?: string }
  | { readonly kind: 'old'; readonly option: DeprecatedOption; readonly value: string };

/**
 * Takes a command line apart. What follows a flag that takes a value is its value, whatever it looks like; after `--` nothing is a flag.
 * @throws IlabError E_USAGE where an old option lacks its value, or has one that it can't
 */
export function readWords(argv: readonly string[], known: readonly KnownFlag[], options: readonly DeprecatedOption[]): readonly Part[] {
  const parts: Part[] = [];
  for (let at = 0; at < argv.length; ) {
    const part = argv[at] === '--' ? { kind: 'other' as const, words: argv.slice(at) } : readPart(argv[at] ?? '', argv[at + 1], known, options);
    parts.push(part);
    at += part.kind === 'old' ? oldLength(part, argv[at] ?? '') : part.words.length;
  }
  return parts;
}

function readPart(word: string, next: string | undefined, known: readonly KnownFlag[], options: readonly DeprecatedOption[]): Part {
  if (!word.startsWith('-') || word === '-') return { kind: 'argument', words: [word] };
  const [spelling = '', ...rest] = word.split('=');
  const attached = word.includes('=') ? rest.join('=') : undefined;
  const option = options.find(({ old, short }) => spelling === old || spelling === short);
  if (option) return { kind: 'old', option, value: oldValue(option, spelling, attached ?? (option.takes === 'value' ? next : undefined), attached) };
  const glued = word.startsWith('--') || word.length === 2 ? undefined : known.find(({ char, takesValue }) => takesValue && word[1] === char);
  if (glued) return { kind: 'flag', flag: `--${glued.name}`, words: [word], value: word.slice(2) };
  const flag = known.find(({ name, char }) => spelling === `--${name}` || (char !== undefined && spelling === `-${char}`));
  if (!flag) return { kind: 'other', words: [word] };
  const shape = { kind: 'flag' as const, flag: `--${flag.name}` };
  if (!flag.takesValue) return { ...shape, words: [word] };
  if (attached !== undefined) return { ...shape, words: [word], value: attached };
  return next === undefined ? { ...shape, words: [word] } : { ...shape, words: [word, next], value: next };
}

function oldValue({ takes }: DeprecatedOption, spelling: string, value: string | undefined, attached: string | undefined): string {
  if (takes === 'value' && value === undefined) throw new IlabError('E_USAGE', `${spelling} needs a value.`, { hint: 'See --help --all.' });
  if (takes === 'nothing' && attached !== undefined) throw new IlabError('E_USAGE', `${spelling} takes no value.`, { hint: 'See --help --all.' });
  return value ?? '';
}

function oldLength({ option }: Extract<Part, { kind: 'old' }>, word: string): number {
  return option.takes === 'value' && !word.includes('=') ? 2 : 1;
}
