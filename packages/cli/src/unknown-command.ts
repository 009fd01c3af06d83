import type { Config } from '@oclif/core/config';
import { IlabError, mostAlike } from '@ilab/sdk';

/** What oclif says as “command modle:list not found”, with the command that was perhaps meant; undefined for every other error. */
export function unknownCommand(caught: unknown, { commands, plugins }: Pick<Config, 'commands' | 'plugins'>): IlabError | undefined {
  const id = caught instanceof Error ? /^[Cc]ommand (\S+) not found/.exec(caught.message)?.[1] : undefined;
  if (id === undefined) return undefined;
  const typed = id.replaceAll(':', ' ');
  const near = nearest(
    typed,
    commands.filter(({ hidden }) => hidden !== true).map((command) => command.id.replaceAll(':', ' ')),
  );
  const otherwise = [...plugins.values()].every(({ type }) => type === 'core')
    ? 'See ilab --help. Where a plugin brings it: ilab plugins install PACKAGE'
    : 'See ilab --help. Where a plugin should bring it: ilab plugins list';
  return new IlabError('E_USAGE', `There is no command “${typed}”.`, { hint: near === undefined ? otherwise : `Did you mean: ilab ${near}? See ilab --help.` });
}

function nearest(typed: string, words: readonly string[]): string | undefined {
  // Who says the verb alone means a model's, as `ilab list` once did.
  const withVerb = (verb: string | undefined): string | undefined =>
    words.find((one) => one === `model ${verb}`) ?? words.find((one) => one.endsWith(` ${verb}`));
  const verbs = words.map((one) => one.slice(one.lastIndexOf(' ') + 1));
  return withVerb(typed) ?? mostAlike(typed, words) ?? withVerb(mostAlike(typed, verbs));
}
