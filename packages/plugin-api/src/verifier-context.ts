import type { PluginContext } from './plugin.ts';

/** What the host hands to a verifier of signatures. All that counts is in the request; there is no way to the network, and no credential. */
export type VerifierContext = Pick<PluginContext, 'logger'>;
