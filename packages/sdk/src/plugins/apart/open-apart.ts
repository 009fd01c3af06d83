import { join } from 'node:path';
import type { Registry } from '@ilab/core';
import type { PluginContext, RegistryManifest } from '@ilab/plugin-api';
import type { PluginPackage } from '../plugin-package.ts';
import { apartRegistry, type Ask } from './apart-registry.ts';
import { type Ports, ownSettings, portHandlers } from './host-ports.ts';
import { hostPart } from './host-part.ts';
import { lendProgress } from './lend-upload.ts';
import type { Plain } from './peer.ts';
import type { Patience } from './watch.ts';

export interface ApartOptions extends Pick<Ports, 'isOwn' | 'isOthers'> {
  readonly plugin: PluginPackage;
  readonly manifest: RegistryManifest;
  readonly context: PluginContext;
  readonly patience?: Patience;
}

/** A registry whose code is in another process, and can be ended with it. */
export type ApartRegistry = Registry & { close(): void };

/**
 * Opens a registry of a plugin that the user added, in a process of its own. Whatever that does, calls of it end: with an answer that was
 * checked, or with an error that names it.
 * @throws IlabError E_PLUGIN_BROKEN
 */
export async function openApart(options: ApartOptions): Promise<ApartRegistry> {
  const { plugin, manifest, context, patience } = options;
  const named = new Set<string>();
  const progress = lendProgress();
  const part = await hostPart({
    plugin,
    entry: manifest.entry,
    kind: 'registry',
    name: manifest.source,
    context: dataOf(options),
    readable: { files: (manifest.reads?.home ?? []).map((path) => join(context.home, path)) },
    logger: context.logger,
    handlers: (peer, misbehaved) => portHandlers({ ...options, isNamed: (host) => named.has(host), peer, misbehaved }),
    notes: { progress: progress.note },
    ...(patience && { patience }),
  });
  const { peer, giveUp } = part;
  const ask: Ask = { peer, plugin, progress, giveUp, named: (host) => void named.add(host) };
  const registry = apartRegistry(part.made, ask);
  if (!registry) throw giveUp('what its registry has and what it says that it can do disagree');
  return { ...registry, close: part.close };
}

/** What it has from the start: of the environment what its manifest names. */
function dataOf({ context: { env, home, registries }, manifest, isOwn }: ApartOptions): Plain {
  const names = manifest.reads?.env ?? [];
  const named = names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const]));
  return { home, env: Object.fromEntries(named), registries: ownSettings(registries, isOwn) };
}
