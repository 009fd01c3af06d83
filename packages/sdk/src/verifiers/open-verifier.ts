import { IlabError, isAbort, isIlabError, type Logger, type PluginVerifier } from '@ilab/core';
import type { VerifierManifest } from '@ilab/plugin-api';
import type { UsablePart } from '../engines/part-table.ts';
import { WrongAnswer } from '../plugins/apart/answers.ts';
import { hostPart } from '../plugins/apart/host-part.ts';
import type { Patience } from '../plugins/apart/watch.ts';
import { verdictOf } from './verdict-of.ts';

/** A verifier whose code is in another process, and can be ended with it. */
export type OpenVerifier = PluginVerifier & { close(): void };

/**
 * Opens a verifier of a plugin in a process of its own, whoever wrote the plugin: what it is asked crosses as data, and its verdicts are checked.
 * Whatever goes wrong is E_PLUGIN_BROKEN, and never a verdict.
 * @throws IlabError E_PLUGIN_BROKEN
 */
export async function openVerifier(
  { plugin, manifest, name }: UsablePart<VerifierManifest>,
  { logger, patience }: { readonly logger: Logger; readonly patience?: Patience },
): Promise<OpenVerifier> {
  const { peer, made, giveUp, close } = await hostPart({
    plugin,
    entry: manifest.entry,
    kind: 'verifier',
    name,
    context: {},
    logger,
    ...(patience && { patience }),
  });
  if (!Array.isArray(made['methods']) || !made['methods'].includes('verify')) throw giveUp('its verifier has no “verify”');
  return {
    name,
    close,
    async verify(request, { signal }) {
      try {
        return verdictOf(await peer.call('ask', { method: 'verify', request, options: {} }, signal), request);
      } catch (error) {
        if (isAbort(error) || (isIlabError(error) && error.code === 'E_PLUGIN_BROKEN')) throw error;
        if (error instanceof WrongAnswer || error instanceof IlabError) throw giveUp(`verify: ${error.message}`);
        throw error;
      }
    },
  };
}
