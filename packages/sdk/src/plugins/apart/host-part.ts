import { EXIT_CODES, type ErrorCode, IlabError, type Logger, redact } from '@ilab/core';
import { entryPath } from '../import-plugin.ts';
import type { PluginPackage } from '../plugin-package.ts';
import { encodeError } from './child/errors.ts';
import { logLines } from './host-ports.ts';
import { type Child, launch } from './launch.ts';
import { createPeer, type Handler, isPlain, type Peer, type Plain } from './peer.ts';
import { createWatch, PATIENCE, type Patience } from './watch.ts';

/** What a plugin asks of the host at once; it has no more connections than that. */
const MOST_AT_ONCE = 32;
/** Log lines and reports of progress. */
const MOST_NOTES_A_SECOND = 5000;

export interface PartToHost {
  readonly plugin: PluginPackage;
  /** As its manifest has it, checked. */
  readonly entry: string;
  /** As the process of plugins knows it. */
  readonly kind: 'registry' | 'verifier' | 'donor';
  /** Of the part. */
  readonly name: string;
  /** What it has from the start, as data. */
  readonly context: Plain;
  /** Files of the user's that it may read, absolute; default none. */
  readonly files?: readonly string[];
  /** Folders that it may read whole, absolute and real; default none. */
  readonly folders?: readonly string[];
  readonly logger: Logger;
  /** What it may ask; default nothing. */
  readonly handlers?: (peer: () => Peer, misbehaved: (why: string) => Error) => Readonly<Record<string, Handler>>;
  /** What it may say beside log lines; default nothing. */
  readonly notes?: Readonly<Record<string, (params: Plain) => void>>;
  readonly patience?: Patience;
}

/** A part of a plugin in its process. */
export interface HostedPart {
  readonly peer: Peer;
  /** What it said of itself: its methods, and what it can do. */
  readonly made: Plain;
  /** Ends it and all calls of it, with an error that names it. */
  giveUp(why: string): IlabError;
  close(): void;
}

/**
 * Has a plugin that the user added make one of its parts, in a process of its own.
 * @throws IlabError E_PLUGIN_BROKEN
 */
export async function hostPart(options: PartToHost): Promise<HostedPart> {
  const { plugin, kind, name } = options;
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
  const perSecond = limiter(MOST_NOTES_A_SECOND, () => giveUp('it floods the host with messages'));
  const log = logLines(options.logger, { name: plugin.name, flooded: () => giveUp('it logs without an end') });
  const notes = Object.entries({ ...options.notes, log }).map(([note, hear]) => [note, (params: Plain) => void (perSecond() && hear(params))] as const);
  const peer: Peer = createPeer(child.channel, {
    handlers: options.handlers?.(() => peer, giveUp) ?? {},
    notes: Object.fromEntries(notes),
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

  const made = await peer.call('create', { entry, kind, name, context: options.context });
  const what = kind === 'registry' ? 'registry of the source' : kind;
  if (!isPlain(made) || made['name'] !== name) throw giveUp(`it made no ${what} “${name}”`);
  return { peer, made, giveUp, close: () => void giveUp('it was closed') };
}

function start({ plugin, entry, files = [], folders = [] }: PartToHost): { readonly entry: string; readonly child: Child } {
  try {
    return { entry: entryPath(plugin.root, entry), child: launch(plugin, { files, folders }) };
  } catch (error) {
    throw brokenPlugin(plugin, error instanceof Error ? error.message : '');
  }
}

/** An error of the plugin's: with its code if that is one of ours, or else as its own failure. */
export function failureOf({ code, message, hint, retryable, side }: Plain, plugin: PluginPackage): IlabError {
  const said = String(message);
  if (typeof code !== 'string' || !Object.hasOwn(EXIT_CODES, code) || code === 'E_INTERNAL') return brokenPlugin(plugin, said);
  return new IlabError(code as ErrorCode, code === 'E_PLUGIN_BROKEN' ? `${plugin.name}: ${said}` : said, {
    ...(typeof hint === 'string' && { hint: hint.slice(0, 500) }),
    retryable: retryable === true,
    ...((side === 'source' || side === 'target') && { side }),
  });
}

export function brokenPlugin({ name, version, type }: PluginPackage, why: string, said = ''): IlabError {
  const where = type === 'link' ? 'Its own output is in the details (--json).' : `Tell its author, or take it away: ilab plugins uninstall ${name}`;
  return new IlabError('E_PLUGIN_BROKEN', `The plugin ${name} ${version} can’t be used: ${why}.`, {
    hint: where,
    details: { plugin: name, ...(said !== '' && { said: redact(said) }) },
  });
}

/** Answers no, and says so once, when something happens more often in a second than it may. */
export function limiter(most: number, exceeded: () => void): () => boolean {
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
