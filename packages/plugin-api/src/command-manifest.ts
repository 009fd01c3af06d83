/** One command that a plugin brings: all that help, completion and the parser know of it. Its code runs only when it is called. */
export interface CommandManifest {
  /** As it is typed after `ilab`: two or three words of lower-case letters, digits and hyphens, each with a letter first and up to 31 of them, `acme report`. The first MUST be no word of ilab's own. */
  readonly command: string;
  /** The module that exports the plugin as default, relative to the package and inside it. */
  readonly entry: string;
  /** One line for `ilab help`, of up to 300 characters, without control characters and `<%`. */
  readonly summary: string;
  /** Whether it works with a model, which the host finds and which the command may then read; default no. */
  readonly model?: 'required' | 'optional';
  /**
   * By name, without dashes: 2 to 31 lower-case letters, digits and hyphens, a letter first. Those that mean the same at every command can't be had:
   * `model`, `store`, `offline`, `quiet`, `json`, `help` and `version`. Up to 50; default none.
   */
  readonly flags?: Readonly<Record<string, CommandFlag>>;
  /** In their order; those that are required MUST come first. Up to 50; default none. */
  readonly args?: readonly CommandArgument[];
}

/** A flag of a command. Values reach the command as this type. */
export interface CommandFlag {
  /** `boolean` takes no value; an `integer` is checked by the host, and none beyond ±(2⁵³ − 1). */
  readonly type: 'boolean' | 'string' | 'integer';
  /** One line for its help, as the command's. */
  readonly summary: string;
  /** Of a `string`, all that it may be: letters, digits and `_.:/-`, up to 100 of them. Default anything. */
  readonly options?: readonly string[];
}

/** An argument of a command: always text. */
export interface CommandArgument {
  /** As its help shows it, and no other argument of the command: capitals, digits and `_`, up to 31 of them, a letter first, `TITLE`. */
  readonly name: string;
  /** One line for its help, as the command's. */
  readonly summary: string;
  /** Default false. */
  readonly required?: boolean;
}
