import type { Command } from '@oclif/core';

/** Names that are looked up when they are due. */
export type Kind = 'model' | 'alias' | 'engine' | 'runner' | 'plugin' | 'collection' | 'setting' | 'setting value' | 'command';

/** What is due at a place of the command line: names of a kind, or one of a few words; of anything else we know none. */
export type Due = Kind | readonly string[];

export interface KnownFlag {
  /** With their dashes. */
  readonly spellings: readonly string[];
  /** Whether it can be given again. */
  readonly multiple: boolean;
  /** What follows it, where it takes a value. */
  readonly takes?: Due;
}

/** A command as completion needs it. */
export interface KnownCommand {
  /** Words, separated by spaces. */
  readonly id: string;
  readonly hidden: boolean;
  readonly flags: readonly KnownFlag[];
  /** Its arguments, in their order. */
  readonly args: readonly Due[];
  /** Whether its last argument can be given again. */
  readonly repeats: boolean;
}

/** What is in a command's metadata. */
export type CommandMetadata = Pick<Command.Cached, 'id' | 'hidden' | 'strict' | 'flags' | 'args'>;

const HELP: KnownFlag = { spellings: ['--help', '-h'], multiple: false };

export function knownCommand({ id, hidden, strict, flags, args }: CommandMetadata): KnownCommand {
  const words = id.replaceAll(':', ' ');
  return {
    id: words,
    hidden: hidden === true,
    flags: [...Object.values(flags).flatMap(knownFlag), HELP],
    args: Object.entries(args).map(([name, { options = [] }]) => ARGUMENTS[name] ?? options),
    repeats: strict === false,
  };
}

const ARGUMENTS: Readonly<Record<string, Kind>> = {
  REF: 'model',
  SOURCE: 'model',
  NAME: 'alias',
  ENGINE: 'engine',
  RUNNER: 'runner',
  PLUGIN: 'plugin',
  KEY: 'setting',
  VALUE: 'setting value',
  COMMAND: 'command',
};

const VALUES: Readonly<Record<string, Kind>> = { REF: 'model', ENGINE: 'engine', RUNNER: 'runner', COLLECTION: 'collection' };

function knownFlag(flag: Command.Flag.Cached): readonly KnownFlag[] {
  const { name, char } = flag;
  if (flag.hidden) return [];
  const spellings = [`--${name}`, ...(char ? [`-${char}`] : [])];
  if (flag.type === 'option') return [{ spellings, multiple: flag.multiple === true, takes: takenBy(flag) }];
  return [{ spellings: flag.allowNo ? [...spellings, `--no-${name}`] : spellings, multiple: false }];
}

/** As its options say, or its help: `a|b`, or what kind of name it is. */
function takenBy({ name, options = [], helpValue }: Command.Flag.Cached & { readonly type: 'option' }): Due {
  if (options.length > 0) return options;
  if (typeof helpValue !== 'string') return [];
  // A place that something goes to is no model that is here.
  if (helpValue.includes('|')) return helpValue.split('|');
  return name === 'destination' ? [] : (VALUES[helpValue] ?? []);
}
