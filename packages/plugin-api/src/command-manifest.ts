/** One command that a plugin brings: all that help, completion and the parser know of it. Its code runs only when it is called. */
export interface CommandManifest {
  /** As it is typed after `ilab`: two or three words of lower-case letters, digits and hyphens, `acme report`. The first MUST be no word of ilab's own. */
  readonly command: string;
  /** The module that exports the plugin as default, relative to the package and inside it. */
  readonly entry: string;
  /** One line for `ilab help`. */
  readonly summary: string;
  /** Whether it works with a model, which the host finds and which the command may then read; default no. */
  readonly model?: 'required' | 'optional';
  /** By name, without dashes; default none. */
  readonly flags?: Readonly<Record<string, CommandFlag>>;
  /** In their order; those that are required come first. Default none. */
  readonly args?: readonly CommandArgument[];
}

/** A flag of a command. Values reach the command as this type. */
export interface CommandFlag {
  /** `boolean` takes no value; an `integer` is checked by the host. */
  readonly type: 'boolean' | 'string' | 'integer';
  /** One line for its help. */
  readonly summary: string;
  /** Of a `string`, all that it may be; default anything. */
  readonly options?: readonly string[];
}

/** An argument of a command: always text. */
export interface CommandArgument {
  /** In capitals, as its help shows it: `TITLE`. */
  readonly name: string;
  /** One line for its help. */
  readonly summary: string;
  /** Default false. */
  readonly required?: boolean;
}
