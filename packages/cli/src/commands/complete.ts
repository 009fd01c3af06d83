import type { Command } from '@oclif/core';
import { SETTING_KEYS } from '@ilab/sdk';
import { candidates, type KnownCommand } from '../completion/candidates.ts';
import { IlabCommand } from '../ilab-command.ts';

/** What shells ask at every Tab. Its words are not its own flags, so nothing is parsed, and it never fails aloud. */
export default class Complete extends IlabCommand {
  static override hidden = true;
  static override enableJsonFlag = false;
  static override strict = false;
  static override summary = 'Answer a shell that completes.';

  async run(): Promise<void> {
    const commands = this.config.commands.map(known);
    for (const candidate of await candidates({ words: this.argv, commands, references: () => this.#references(), settings: SETTING_KEYS })) this.log(candidate);
  }

  async #references(): Promise<readonly string[]> {
    const ilab = await this.ilab({ quiet: true });
    const { models, adapters, checkpoints } = await ilab.models.list({ signal: this.signal });
    return [...models, ...adapters, ...checkpoints].map(({ reference }) => reference);
  }

  protected override catch(): Promise<void> {
    return Promise.resolve();
  }
}

/** Words that a flag takes, where it names them: as `a|b` in its help. */
function valuesOf(flag: Command.Flag.Cached): readonly (readonly [string, readonly string[]])[] {
  const help = flag.type === 'option' && typeof flag.helpValue === 'string' ? flag.helpValue : '';
  const words = help.includes('|') ? help.split('|') : [];
  return words.length > 0 ? [[`--${flag.name}`, words]] : [];
}

function known({ id, hidden, flags, args }: Command.Loadable): KnownCommand {
  const spelled = Object.values(flags).flatMap(({ name, char }) => [`--${name}`, ...(char ? [`-${char}`] : [])]);
  return {
    id: id.replaceAll(':', ' '),
    hidden: hidden ?? false,
    flags: spelled,
    values: Object.fromEntries(Object.values(flags).flatMap(valuesOf)),
    modelFlags: spelled.filter((flag) => flag === '--model' || flag === '-m'),
    takesModels: 'REF' in args || 'SOURCE' in args,
    takesSetting: 'KEY' in args,
  };
}
