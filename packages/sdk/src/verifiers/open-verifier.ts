import type { Logger, PluginVerifier } from '@ilab/core';
import type { VerifierManifest } from '@ilab/plugin-api';
import type { UsablePart } from '../engines/part-table.ts';
import { askPart, needMethod } from '../plugins/apart/ask-part.ts';
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
  const part = await hostPart({
    plugin,
    entry: manifest.entry,
    kind: 'verifier',
    name,
    context: {},
    logger,
    ...(patience && { patience }),
  });
  needMethod(part, 'verify', 'verifier');
  return {
    name,
    close: part.close,
    verify: (request, { signal }) => askPart(part, { method: 'verify', request: { ...request }, signal, read: (value) => verdictOf(value, request) }),
  };
}
