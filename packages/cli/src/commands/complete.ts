import type { Command } from '@oclif/core';
import { SETTING_KEYS } from '@ilab/sdk';
import { candidates, type KnownCommand, type PartKind } from '../completion/candidates.ts';
import { IlabCommand } from '../ilab-command.ts';

/** What shells ask at every Tab. Its words are not its own flags, so nothing is parsed, and it never fails aloud. */
export default class Complete extends IlabCommand {
  static override hidden = true;
  static override enableJsonFlag = false;
  static override strict = false;
  static override summary = 'Answer a shell that completes.';

  async run(): Promise<void> {
    const commands = this.config.commands.map(known);
    const found = await candidates({
      words: this.argv,
      commands,
      references: () => this.#references(),
      aliases: () => this.#aliases(),
      parts: (kind) => this.#parts(kind),
      settings: SETTING_KEYS,
    });
    for (const candidate of found) this.log(candidate);
  }

  async #references(): Promise<readonly string[]> {
    const ilab = await this.ilab({ quiet: true });
    const { models, adapters, checkpoints } = await ilab.models.list({ signal: this.signal });
    return [...(await this.#aliases()), ...[...models, ...adapters, ...checkpoints].map(({ reference }) => reference)];
  }

  async #aliases(): Promise<readonly string[]> {
    const ilab = await this.ilab({ quiet: true });
    return Object.keys(ilab.config.show().models.aliases);
  }

  async #parts(kind: PartKind): Promise<readonly string[]> {
    const { engines, runners } = await this.ilab({ quiet: true });
    return kind === 'engine' ? (await engines.list()).map(({ engine }) => engine) : (await runners.list()).map(({ runner }) => runner);
  }

  protected override catch(): Promise<void> {
    return Promise.resolve();
  }
}

/** Words that a flag takes, where it names them: as its options, or as `a|b` in its help. */
function valuesOf(flag: Command.Flag.Cached): readonly (readonly [string, readonly string[]])[] {
  const help = flag.type === 'option' && typeof flag.helpValue === 'string' ? flag.helpValue : '';
  const options = flag.type === 'option' ? (flag.options ?? []) : [];
  const words = options.length > 0 ? options : help.includes('|') ? help.split('|') : [];
  return words.length > 0 ? [[`--${flag.name}`, words]] : [];
}

/** A place that something goes to is no model that is here. */
function takesModel(flag: Command.Flag.Cached): boolean {
  return flag.type === 'option' && flag.helpValue === 'REF' && flag.name !== 'destination';
}

/** `--backend ENGINE` and `--runner RUNNER`. */
function partOf(flag: Command.Flag.Cached): readonly (readonly [string, PartKind])[] {
  const kind = flag.type === 'option' ? PARTS[String(flag.helpValue)] : undefined;
  return kind ? spellings(flag).map((spelling) => [spelling, kind] as const) : [];
}

const PARTS: Readonly<Record<string, PartKind>> = { ENGINE: 'engine', RUNNER: 'runner' };

function spellings({ name, char }: Command.Flag.Cached): readonly string[] {
  return [`--${name}`, ...(char ? [`-${char}`] : [])];
}

function known({ id, hidden, flags, args }: Command.Loadable): KnownCommand {
  return {
    id: id.replaceAll(':', ' '),
    hidden: hidden ?? false,
    flags: Object.values(flags).flatMap(spellings),
    values: Object.fromEntries(Object.values(flags).flatMap(valuesOf)),
    modelFlags: Object.values(flags).filter(takesModel).flatMap(spellings),
    partFlags: Object.fromEntries(Object.values(flags).flatMap(partOf)),
    ...('ENGINE' in args && { takesPart: 'engine' as const }),
    ...('RUNNER' in args && { takesPart: 'runner' as const }),
    takesModels: 'REF' in args || 'SOURCE' in args,
    takesSetting: 'KEY' in args,
    takesAlias: 'NAME' in args,
  };
}
