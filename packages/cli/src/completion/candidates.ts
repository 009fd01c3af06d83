import { takesReference } from '../config/takes-reference.ts';

/** A command as completion needs it. */
export interface KnownCommand {
  /** Words, separated by spaces. */
  readonly id: string;
  readonly hidden: boolean;
  /** Flags with their dashes. */
  readonly flags: readonly string[];
  /** Flags whose next word is a model. */
  readonly modelFlags: readonly string[];
  /** What can follow a flag that takes one of a few words. */
  readonly values: Readonly<Record<string, readonly string[]>>;
  /** Flags whose next word is an engine or a runner, by which of them. */
  readonly partFlags?: Readonly<Record<string, PartKind>>;
  /** Whether its first argument is an engine or a runner. */
  readonly takesPart?: PartKind;
  /** Whether its arguments are models. */
  readonly takesModels: boolean;
  /** Whether its first argument is an alias. */
  readonly takesAlias?: boolean;
  /** Whether its first argument is a setting; then a second one is its value. */
  readonly takesSetting?: boolean;
}

export type PartKind = 'engine' | 'runner';

export interface Completing {
  /** What was typed after the program's name; the last word is the one under the cursor, perhaps empty. */
  readonly words: readonly string[];
  readonly commands: readonly KnownCommand[];
  /** Asked only where a model is due. */
  readonly references: () => Promise<readonly string[]>;
  /** Keys of the configuration. */
  readonly settings?: readonly string[];
  /** Asked only where an alias is due. */
  readonly aliases?: () => Promise<readonly string[]>;
  /** Asked only where an engine or a runner is due. */
  readonly parts?: (kind: PartKind) => Promise<readonly string[]>;
}

/** What can stand under the cursor: the next word of a command, a flag, or the name of a model that is here. */
export async function candidates({ words, commands, references, settings = [], aliases = nothing, parts = nothing }: Completing): Promise<readonly string[]> {
  const current = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const command = longestMatch(before, commands);
  const options = command ? await optionsOf(command, { current, before, references, settings, aliases, parts }) : nextWords(before, commands);
  return [...new Set(options)].filter((option) => option.startsWith(current)).sort();
}

type Place = Required<Pick<Completing, 'references' | 'settings' | 'aliases' | 'parts'>> & { readonly current: string; readonly before: readonly string[] };

async function optionsOf(command: KnownCommand, place: Place): Promise<readonly string[]> {
  const { id, modelFlags, values, flags, takesModels, takesSetting, takesAlias, takesPart, partFlags = {} } = command;
  const { current, before, references, settings, aliases, parts } = place;
  const last = before.at(-1) ?? '';
  if (modelFlags.includes(last)) return references();
  if (values[last]) return values[last];
  const partOfFlag = partFlags[last];
  if (partOfFlag) return parts(partOfFlag);
  if (current.startsWith('-')) return flags;
  if (takesPart) return parts(takesPart);
  if (takesAlias) return aliases();
  if (takesModels) return references();
  if (!takesSetting) return [];
  const [key, value] = before.slice(id.split(' ').length).filter((word) => !word.startsWith('-'));
  if (key === undefined) return settings;
  return value === undefined && takesReference(key) ? references() : [];
}

const nothing = (): Promise<readonly string[]> => Promise.resolve([]);

function longestMatch(before: readonly string[], commands: readonly KnownCommand[]): KnownCommand | undefined {
  const typed = `${before.join(' ')} `;
  return commands.filter(({ id }) => typed.startsWith(`${id} `)).sort((a, b) => b.id.length - a.id.length)[0];
}

function nextWords(before: readonly string[], commands: readonly KnownCommand[]): readonly string[] {
  const prefix = before.map((word) => `${word} `).join('');
  return commands.filter(({ id, hidden }) => !hidden && id.startsWith(prefix)).map(({ id }) => id.slice(prefix.length).split(' ')[0] ?? '');
}
