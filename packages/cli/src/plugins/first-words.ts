/** Whose commands begin with a word, by the word. */
export type Owners = ReadonlyMap<string, string>;

export const ILAB = 'ilab itself';

/** Of a command as it is typed, or as oclif has it (`acme:report`). */
export function firstWord(command: string): string {
  return command.split(/[: ]/, 1)[0] ?? '';
}

/** Words that commands of a plugin may begin with: those that nobody before it has. It has them from now on. */
export class FirstWords {
  readonly #owners: Map<string, string>;

  constructor(owners: Owners) {
    this.#owners = new Map(owners);
  }

  /** Who has the first word of a plugin's command: the plugin itself, or whoever had it before. */
  take(command: string, plugin: string): string {
    const word = firstWord(command);
    const owner = this.#owners.get(word) ?? plugin;
    this.#owners.set(word, owner);
    return owner;
  }
}
