import { join } from 'node:path';
import { EXIT_CODES, type ErrorCode, IlabError, redact, type Registry } from '@ilab/core';
import type { RegistryManifest } from '@ilab/plugin-api';
import { entryPath } from '../import-plugin.ts';
import type { PluginPackage } from '../plugin-package.ts';
import { apartRegistry, type Ask } from './apart-registry.ts';
import { encodeError } from './child/errors.ts';
import { type Ports, logLines, ownSettings, portHandlers } from './host-ports.ts';
import { type Child, launch } from './launch.ts';
import { lendProgress } from './lend-upload.ts';
import { createPeer, isPlain, type Peer, type Plain } from './peer.ts';
import { createWatch, PATIENCE, type Patience } from './watch.ts';

/** What a plugin asks of the host at once; it has no more connections than that. */
const MOST_AT_ONCE = 32;
/** Log lines and reports of progress. */
const MOST_NOTES_A_SECOND = 5000;

export interface ApartOptions extends Pick<Ports, 'context' | 'isOwn' | 'isOthers'> {
  readonly plugin: PluginPackage;
  readonly manifest: RegistryManifest;
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
  const { plugin, manifest, context } = options;
  const { entry, child } = start(options);
  let failure: IlabError | undefined;

  const giveUp = (why: string): IlabError => {
    if (failure) return failure;
    failure = brokenPlugin(plugin, why, child.lastWords());
    watch.end();
    peer.fail(failure);
    child.hold(false);
    child.kill();
    return failure;
  };
  const misbehaved = (why: string): Error => giveUp(why);
  const named = new Set<string>();
  const progress = lendProgress();
  const perSecond = limiter(MOST_NOTES_A_SECOND, () => giveUp('it floods the host with messages'));
  const log = logLines(context.logger, { name: plugin.name, flooded: () => giveUp('it logs without an end') });
  const peer: Peer = createPeer(child.channel, {
    handlers: portHandlers({ ...options, isNamed: (host) => named.has(host), peer: () => peer, misbehaved }),
    notes: { log: (params) => perSecond() && log(params), progress: (params) => perSecond() && progress.note(params) },
    mostAtOnce: MOST_AT_ONCE,
    errors: { encode: encodeError, decode: (error) => failureOf(error, plugin) },
    broken: giveUp,
    pong: () => watch.pong(),
    balance: (waiting, serving) => {
      watch.balance(waiting, serving);
      if (!failure) child.hold(waiting > 0);
    },
  });
  const watch = createWatch(options.patience ?? PATIENCE, { ping: () => peer.ping(), giveUp });
  void child.ended.then(giveUp);

  const made = await peer.call('create', { entry, source: manifest.source, context: dataOf(options) });
  if (!isPlain(made) || made['source'] !== manifest.source) throw giveUp(`it made no registry of the source “${manifest.source}”`);
  const ask: Ask = { peer, plugin, progress, giveUp, named: (host) => void named.add(host) };
  const registry = apartRegistry(made, ask);
  if (!registry) throw giveUp('what its registry has and what it says that it can do disagree');
  return { ...registry, close: () => void giveUp('it was closed') };
}

function start({ plugin, manifest, context }: ApartOptions): { readonly entry: string; readonly child: Child } {
  try {
    return {
      entry: entryPath(plugin.root, manifest.entry),
      child: launch(
        plugin,
        (manifest.reads?.home ?? []).map((path) => join(context.home, path)),
      ),
    };
  } catch (error) {
    throw brokenPlugin(plugin, error instanceof Error ? error.message : '');
  }
}

/** What it has from the start: of the environment what its manifest names. */
function dataOf({ context: { env, home, registries }, manifest, isOwn }: ApartOptions): Plain {
  const names = manifest.reads?.env ?? [];
  const named = names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const]));
  return { home, env: Object.fromEntries(named), registries: ownSettings(registries, isOwn) };
}

/** An error of the plugin's: with its code if that is one of ours, or else as its own failure. */
function failureOf({ code, message, hint, retryable, side }: Plain, plugin: PluginPackage): IlabError {
  const said = String(message);
  if (typeof code !== 'string' || !Object.hasOwn(EXIT_CODES, code) || code === 'E_INTERNAL') return brokenPlugin(plugin, said);
  return new IlabError(code as ErrorCode, code === 'E_PLUGIN_BROKEN' ? `${plugin.name}: ${said}` : said, {
    ...(typeof hint === 'string' && { hint: hint.slice(0, 500) }),
    retryable: retryable === true,
    ...((side === 'source' || side === 'target') && { side }),
  });
}

function brokenPlugin({ name, version, type }: PluginPackage, why: string, said = ''): IlabError {
  const where = type === 'link' ? 'Its own output is in the details (--json).' : `Tell its author, or take it away: ilab plugins uninstall ${name}`;
  return new IlabError('E_PLUGIN_BROKEN', `The plugin ${name} ${version} can’t be used: ${why}.`, {
    hint: where,
    details: { plugin: name, ...(said !== '' && { said: redact(said) }) },
  });
}

/** Answers no, and says so once, when something happens more often in a second than it may. */
function limiter(most: number, exceeded: () => void): () => boolean {
  let second = 0;
  let count = 0;
  return () => {
    const now = Math.floor(Date.now() / 1000);
    count = now === second ? count + 1 : 1;
    second = now;
    if (count > most) exceeded();
    return count <= most;
  };
}
