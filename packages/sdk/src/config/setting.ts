import type { ModelSettings } from '@ilab/core';
import type { Conversion } from './convert/convert.ts';
import type { Config } from './schema/config-schema.ts';

/** Where a value comes from, in the order in which they win. */
export type Origin = 'flag' | `environment ${string}` | `file ${string}` | 'default';

/** One setting and what decided it, for `ilab config show`. */
export interface Setting {
  /** As the configuration file spells it: `models.dir`. */
  readonly key: string;
  /** Undefined where nothing is set and there is no default. */
  readonly value: unknown;
  readonly origin: Origin;
  /** Where in the file, counted from 1, when it is the file that decided. */
  readonly line?: number;
  readonly column?: number;
  /** Its key there, when the file is of an older version and calls it something else. */
  readonly formerly?: string;
}

/** The configuration file, whether or not it exists. */
export interface ConfigFileState {
  readonly path: string;
  readonly exists: boolean;
  /** As the file says it. */
  readonly version?: string;
  /** What reading it did, where it is of an older version; `ilab config migrate` writes just that. */
  readonly conversion?: Conversion;
  /** What nothing reads in it, a sentence each that begins with its place. */
  readonly remarks?: readonly string[];
}

/** Settings as used, and each with its origin. */
export interface LoadedSettings {
  readonly models: ModelSettings;
  readonly settings: readonly Setting[];
  readonly file: ConfigFileState;
  /** Everything in the file, in the form of the current version: also what only engines read. */
  readonly config: Config;
  /** Any key: a setting as it is used, or what the file has for other tools, with its place; undefined where there is nothing. */
  readonly find: (key: string) => Setting | undefined;
}
