import type { Command, Interfaces } from '@oclif/core';
import { deprecatedOptionsOf, REMOVED_IN } from '../deprecation/options.ts';
import IlabHelp from './ilab-help.ts';

/** Help with what else is hidden: commands, and old spellings that still work. */
class EveryWord extends IlabHelp {
  protected override formatCommand(command: Command.Loadable): string {
    const words = command.id.replaceAll(':', ' ');
    const help = super.formatCommand(command);
    const old = deprecatedOptionsOf(words).map(({ old: name, short, say }): [string, string] => [short ? `${short}, ${name}` : name, `Say ${say}.`]);
    if (old.length === 0) return help;
    const list = this.renderList(old, { indentation: 2, stripAnsi: this.opts.stripAnsi ?? false, spacer: '\n' });
    return `${help}\n\n${this.section(`DEPRECATED FLAGS, GONE IN ${REMOVED_IN}`, list)}`;
  }
}

/** Shows help for a command, a topic or all of ilab, with what is hidden otherwise. */
export async function showEverything(args: readonly string[], config: Interfaces.Config): Promise<void> {
  const words = args.filter((word, index) => word !== '--all' && !(index === 0 && word === 'help'));
  await new EveryWord(config, { ...config.pjson.oclif.helpOptions, all: true }).showHelp(words);
}
