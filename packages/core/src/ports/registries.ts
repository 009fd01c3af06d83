import type { SourceManifest } from '../model/source-manifest.ts';
import type { CallOptions } from './call-options.ts';
import type { Registry } from './registry.ts';

/** The registries at hand. Manifests are data that is there at once; a registry's code is loaded when it is first opened. */
export interface Registries {
  /** The grammar of every source, for reading references. */
  readonly manifests: readonly SourceManifest[];

  /**
   * @throws IlabError E_PLUGIN_MISSING (with the command that installs it), E_PLUGIN_BROKEN
   */
  open(source: string, options: CallOptions): Promise<Registry>;
}
