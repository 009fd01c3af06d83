import type { Command } from '@oclif/core';
import type { KnownPlugin } from '@ilab/sdk/names';

type Declared = KnownPlugin['commands'][number];
type DeclaredFlag = NonNullable<Declared['flags']>[string];
type Flags = Command.Cached['flags'];

/** Flags that every command has, taken from one that has no others of the group. */
export function flagsOfAll(commands: readonly Pick<Command.Cached, 'id' | 'flags'>[]): Flags {
  const { flags = {} } = commands.find(({ id }) => id === 'doctor') ?? {};
  return Object.fromEntries(Object.entries(flags).filter(([, { helpGroup }]) => helpGroup === 'GLOBAL'));
}

/** A command’s metadata, but for whose it is. */
export type Metadata = Pick<Command.Cached, 'id' | 'summary' | 'aliases' | 'hiddenAliases' | 'hidden' | 'strict' | 'enableJsonFlag' | 'args' | 'flags'>;

/** What help, completion and oclif know of a command that a plugin declares: what they would of one of ours. */
export function commandMetadata({ command, summary, model, flags = {}, args = [] }: Declared, everywhere: Flags): Metadata {
  const own = Object.entries(flags).map(([name, flag]) => [name, cachedFlag(name, flag)] as const);
  const ofModel = cachedFlag('model', { type: 'string', summary: 'The model to work with.' }, { helpValue: 'REF', required: model === 'required' });
  return {
    id: command.replaceAll(' ', ':'),
    summary,
    aliases: [],
    hiddenAliases: [],
    hidden: false,
    strict: true,
    enableJsonFlag: true,
    args: Object.fromEntries(args.map(({ name, summary: description, required = false }) => [name, { name, description, required }])),
    flags: { ...everywhere, ...(model && { model: ofModel }), ...Object.fromEntries(own) },
  };
}

function cachedFlag(name: string, { type, summary, options }: DeclaredFlag, more: { helpValue?: string; required?: boolean } = {}): Command.Flag.Cached {
  if (type === 'boolean') return { name, type, summary, allowNo: false } as Command.Flag.Cached;
  return { name, type: 'option', summary, multiple: false, hasDynamicHelp: false, ...(options && { options: [...options] }), ...more } as Command.Flag.Cached;
}
