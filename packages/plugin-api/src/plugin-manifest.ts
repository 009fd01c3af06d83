import type { SourceManifest } from '@ilab/core/adapter';

/** The `ilab` block of a plugin's `package.json`: all that is read of it at start-up. */
export interface PluginManifest {
  readonly apiVersion: 1;
  readonly registries?: readonly RegistryManifest[];
}

/** One source that a plugin brings: its grammar, and the module that has its code. */
export interface RegistryManifest extends SourceManifest {
  /** The module that exports the plugin as default, relative to the package and inside it. */
  readonly entry: string;
  /** One line for `ilab registry list`. */
  readonly summary: string;
}
