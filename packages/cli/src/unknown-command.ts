import type { Config } from '@oclif/core/config';
import { IlabError, mostAlike } from '@ilab/sdk';
import { shellWord } from './present/shell-word.ts';

/** Where it was typed, and what there is. */
export interface Typed {
  readonly config: Pick<Config, 'commands' | 'plugins'>;
  /** The command line. */
  readonly words: readonly string[];
}

/** What oclif says as “command modle:list not found”, with the command that was perhaps meant; undefined for every other error. */
export function unknownCommand(caught: unknown, { config: { commands, plugins }, words }: Typed): IlabError | undefined {
  const id = caught instanceof Error ? /^[Cc]ommand (\S+) not found/.exec(caught.message)?.[1] : undefined;
  if (id === undefined) return undefined;
  const offered = commands.filter(({ hidden }) => hidden !== true).map((command) => command.id.replaceAll(':', ' '));
  const over = wordsOver(id.split(':'), offered);
  if (over) return over;
  const { typed, near } = withoutArguments(id.split(':'), offered);
  const otherwise = [...plugins.values()].every(({ type }) => type === 'core')
    ? 'See ilab --help. Where a plugin brings it: ilab plugins install PACKAGE'
    : 'See ilab --help. Where a plugin should bring it: ilab plugins list';
  const message = `There is no command “${typed}”.`;
  if (near === undefined) return new IlabError('E_USAGE', message, { hint: otherwise });
  return new IlabError('E_USAGE', message, {
    hint: `Did you mean: ilab ${near}? See ilab --help.`,
    details: { typed, nearest: [near], ...corrected(words, { typed, near }) },
  });
}

/** The whole command, with what was perhaps meant. */
function corrected(words: readonly string[], { typed, near }: { readonly typed: string; readonly near: string }): { readonly command?: string } {
  const { length } = typed.split(' ');
  // Options of older days may stand before it.
  if (words.slice(0, length).join(' ') !== typed) return {};
  return { command: ['ilab', near, ...words.slice(length).map(shellWord)].join(' ') };
}

/** For a command that takes no arguments, oclif takes what follows for another command. */
function wordsOver(words: readonly string[], offered: readonly string[]): IlabError | undefined {
  const length = words.findLastIndex((_word, at) => offered.includes(words.slice(0, at).join(' ')));
  if (length < 1) return undefined;
  const command = words.slice(0, length).join(' ');
  return new IlabError('E_USAGE', `“${words[length]}” is one word too many: ilab ${command} takes flags only.`, { hint: `See: ilab ${command} --help` });
}

/** Arguments follow a command, and nothing says where they begin: the most of the words that is like a command. A topic alone is like all of its own. */
function withoutArguments(words: readonly string[], offered: readonly string[]): { readonly typed: string; readonly near: string | undefined } {
  const isTopic = (typed: string): boolean => offered.some((one) => one.startsWith(`${typed} `));
  const starts = words.map((_word, at) => words.slice(0, words.length - at).join(' ')).filter((typed) => !isTopic(typed));
  const like = (meant: typeof nearest) => starts.map((typed) => ({ typed, near: meant(typed, offered) })).find(({ near }) => near !== undefined);
  return like(inOtherWords) ?? like(nearest) ?? like(inAnotherTopic) ?? { typed: words.join(' '), near: undefined };
}

function nearest(typed: string, offered: readonly string[]): string | undefined {
  const verbs = offered.map((one) => one.slice(one.lastIndexOf(' ') + 1));
  const alike = withVerb(typed, offered) ?? mostAlike(typed, offered);
  return alike ?? (typed.includes(' ') ? undefined : withVerb(mostAlike(typed, verbs), offered));
}

/** What other tools, or other topics of ours, call the same. */
const OTHER_WORDS: Readonly<Record<string, readonly string[]>> = {
  add: ['install'],
  cp: ['copy'],
  gc: ['prune'],
  delete: ['remove', 'uninstall'],
  ls: ['list'],
  pull: ['download'],
  push: ['upload'],
  remove: ['uninstall'],
  rm: ['remove', 'uninstall'],
  run: ['chat'],
  show: ['inspect'],
  unlink: ['uninstall'],
  update: ['install'],
};

/** As `plugins remove` for `plugins uninstall`, and `pull` for `model download`. */
function inOtherWords(typed: string, offered: readonly string[]): string | undefined {
  const words = typed.split(' ');
  const verb = words.at(-1) ?? '';
  const topic = words.slice(0, -1).join(' ') || 'model';
  return Object.hasOwn(OTHER_WORDS, verb) ? OTHER_WORDS[verb]?.map((other) => `${topic} ${other}`).find((one) => offered.includes(one)) : undefined;
}

/** As `data generate` for `model generate`; what follows the second word is an argument, whatever it is called. */
function inAnotherTopic(typed: string, offered: readonly string[]): string | undefined {
  const [, verb, ...more] = typed.split(' ');
  return more.length === 0 ? withVerb(verb, offered) : undefined;
}

/** Who says the verb alone means a model's, as `ilab list` once did. */
function withVerb(verb: string | undefined, offered: readonly string[]): string | undefined {
  return offered.find((one) => one === `model ${verb}`) ?? offered.find((one) => one.endsWith(` ${verb}`));
}
