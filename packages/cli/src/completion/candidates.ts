import type { Due, Kind, KnownCommand, KnownFlag } from './known-command.ts';

export interface Completing {
  /** What was typed after the program's name; the last word is the one under the cursor, perhaps empty. */
  readonly words: readonly string[];
  readonly commands: readonly KnownCommand[];
  /** Looks up names of a kind; asked only where one is due. */
  readonly names: (kind: Exclude<Kind, 'command'>, where: Where) => Promise<readonly string[]>;
}

/** Where names are due. */
export interface Where {
  /** What is typed of the name. */
  readonly typed: string;
  /** Arguments before it. */
  readonly args: readonly string[];
  /** Models directories that are named. */
  readonly stores: readonly string[];
}

/** What can stand under the cursor: the next word of a command, a flag, or a value. Shells read every answer as one plain word. */
export async function candidates(completing: Completing): Promise<readonly string[]> {
  const { words, commands } = completing;
  const current = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  // What follows belongs to another program.
  if (before.includes('--')) return [];
  const command = longestMatch(before, commands);
  const found = command
    ? await ofCommand(command, { ...completing, before: before.slice(command.id.split(' ').length), current })
    : nextWords(before, commands);
  return [...new Set(found)].filter((word) => word.startsWith(current)).sort();
}

/** What no shell takes for more than a word, and no command for a flag: names on disk are anybody's. */
const PLAIN = /^[\p{L}\p{N}._/][\p{L}\p{N}._:/@#+=~-]*$/u;

type Typed = Completing & { readonly before: readonly string[]; readonly current: string };

async function ofCommand(command: KnownCommand, typed: Typed): Promise<readonly string[]> {
  const { before, current } = typed;
  const { args, stores } = read(before, command);
  const lookUp = (due: Due | undefined, text: string) => wordsFor(due, { ...typed, where: { typed: text, args, stores } });
  const joined = /^(--[^=]+=)(.*)$/s.exec(current);
  if (joined) {
    const [, start = '', value = ''] = joined;
    return (await lookUp(flagOf(start.slice(0, -1), command)?.takes, value)).map((word) => start + word);
  }
  const taken = flagOf(before.at(-1), command)?.takes;
  if (taken !== undefined) return lookUp(taken, current);
  if (current.startsWith('-')) return command.flags.filter((flag) => flag.multiple || !isGiven(flag, before)).flatMap(({ spellings }) => spellings);
  const due = command.args[args.length] ?? (command.repeats ? command.args.at(-1) : undefined);
  return lookUp(due, current);
}

async function wordsFor(due: Due | undefined, { names, commands, where }: Completing & { readonly where: Where }): Promise<readonly string[]> {
  if (due === undefined) return [];
  if (typeof due !== 'string') return due;
  if (due === 'command') return nextWords(where.args, commands);
  return (await names(due, where)).filter((name) => PLAIN.test(name));
}

/** The words before the cursor without flags and what they take. */
function read(before: readonly string[], command: KnownCommand): Pick<Where, 'args' | 'stores'> {
  const args: string[] = [];
  const stores: string[] = [];
  for (let at = 0; at < before.length; at++) {
    const word = before[at] ?? '';
    const takes = flagOf(word, command)?.takes !== undefined;
    if (!word.startsWith('-')) args.push(word);
    if (word.startsWith('--store=')) stores.push(word.slice('--store='.length));
    if (takes) at++;
    if (word === '--store' && before[at] !== undefined) stores.push(before[at] ?? '');
  }
  return { args, stores };
}

function flagOf(word: string | undefined, { flags }: KnownCommand): KnownFlag | undefined {
  return flags.find(({ spellings }) => word !== undefined && spellings.includes(word));
}

function isGiven({ spellings }: KnownFlag, before: readonly string[]): boolean {
  return before.some((word) => spellings.includes(word.split('=', 1)[0] ?? ''));
}

function longestMatch(before: readonly string[], commands: readonly KnownCommand[]): KnownCommand | undefined {
  const typed = `${before.join(' ')} `;
  return commands.filter(({ id }) => typed.startsWith(`${id} `)).sort((a, b) => b.id.length - a.id.length)[0];
}

function nextWords(before: readonly string[], commands: readonly KnownCommand[]): readonly string[] {
  const prefix = before.map((word) => `${word} `).join('');
  return commands.filter(({ id, hidden }) => !hidden && id.startsWith(prefix)).map(({ id }) => id.slice(prefix.length).split(' ')[0] ?? '');
}
