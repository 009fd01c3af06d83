import type { ModelSettings } from '@ilab/core';

/** Where a value comes from, in the order in which they win. */
export type Origin = 'flag' | `environment ${string}` | `file ${string}` | 'default';

/** One setting and what decided it, for `ilab config show`. */
export interface Setting {
  /** As the configuration file spells it: `models.dir`. */
  readonly key: string;
  readonly value: unknown;
  readonly origin: Origin;
}

/** Settings as used, and each with its origin. */
export interface LoadedSettings {
  readonly models: ModelSettings;
  readonly settings: readonly Setting[];
  /** The configuration file, whether or not it exists. */
  readonly file: { readonly path: string; readonly exists: boolean; readonly version?: string };
}
