import type { Config } from '@oclif/core/config';
import { IlabError, mostAlike } from '@ilab/sdk';

/** What oclif says as “command modle:list not found”, with the command that was perhaps meant; undefined for every other error. */
export function unknownCommand(caught: unknown, { commands, plugins }: Pick<Config, 'commands' | 'plugins'>): IlabError | undefined {
  const id = caught instanceof Error ? /^[Cc]ommand (\S+) not found/.exec(caught.message)?.[1] : undefined;
  if (id === undefined) return undefined;
  const offered = commands.filter(({ hidden }) => hidden !== true).map((command) => command.id.replaceAll(':', ' '));
  const { typed, near } = withoutArguments(id.split(':'), offered);
  const otherwise = [...plugins.values()].every(({ type }) => type === 'core')
    ? 'See ilab --help. Where a plugin brings it: ilab plugins install PACKAGE'
    : 'See ilab --help. Where a plugin should bring it: ilab plugins list';
  return new IlabError('E_USAGE', `There is no command “${typed}”.`, { hint: near === undefined ? otherwise : `Did you mean: ilab ${near}? See ilab --help.` });
}

/** Arguments follow a command, and nothing says where they begin: the most of the words that is like a command. A topic alone is like all of its own. */
function withoutArguments(words: readonly string[], offered: readonly string[]): { readonly typed: string; readonly near: string | undefined } {
  const isTopic = (typed: string): boolean => offered.some((one) => one.startsWith(`${typed} `));
  const starts = words.map((_word, at) => words.slice(0, words.length - at).join(' ')).filter((typed) => !isTopic(typed));
  const like = (meant: typeof nearest) => starts.map((typed) => ({ typed, near: meant(typed, offered) })).find(({ near }) => near !== undefined);
  return like(nearest) ?? like(inAnotherTopic) ?? { typed: words.join(' '), near: undefined };
}

function nearest(typed: string, offered: readonly string[]): string | undefined {
  const verbs = offered.map((one) => one.slice(one.lastIndexOf(' ') + 1));
  const alike = withVerb(typed, offered) ?? mostAlike(typed, offered);
  return alike ?? (typed.includes(' ') ? undefined : withVerb(mostAlike(typed, verbs), offered));
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
