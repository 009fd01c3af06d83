import type { PluginContext } from './plugin.ts';

/** What the host hands to a donor: no network, no credential, no environment. */
export interface DonorContext extends Pick<PluginContext, 'logger'> {
  /** Those of the manifest that are there, absolute and real. */
  readonly folders: readonly string[];
}
