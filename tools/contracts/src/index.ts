export type { BrokenAdapter } from './broken-adapter.ts';
export { BROKEN_DONORS as donors, soundDonor } from './donors.ts';
export { BROKEN_ENGINES as engines, soundEngine } from './engines.ts';
export { BROKEN_HTTPS as https, soundHttp } from './https.ts';
export { allRegistries as registries } from './all-registries.ts';
export { BROKEN_DECLARATIONS as declarations, BROKEN_PLUGIN_COMMANDS as pluginCommands, soundPluginCommand } from './plugin-commands.ts';
export { BROKEN_PLUGIN_DONORS as pluginDonors, soundPluginDonor } from './plugin-donors.ts';
export { BROKEN_PLUGIN_VERIFIERS as pluginVerifiers, soundPluginVerifier } from './plugin-verifiers.ts';
export { BROKEN_RUNNERS as runners, soundRunner } from './runners.ts';
export { BROKEN_SIGNATURE_VERIFIERS as signatureVerifiers, soundSignatureVerifier } from './signature-verifiers.ts';
export {
  BROKEN_CACHES as caches,
  BROKEN_HOUSEKEEPERS as housekeepers,
  BROKEN_METADATA as metadata,
  BROKEN_VERIFIERS as verifiers,
  soundStore,
} from './stores.ts';
