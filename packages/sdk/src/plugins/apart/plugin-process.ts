import type { IlabError, Logger } from '@ilab/core';
import { entryPath } from '../import-plugin.ts';
import type { PluginPackage } from '../plugin-package.ts';
import { encodeError } from './child/errors.ts';
import { logLines } from './host-ports.ts';
import { type Child, launch, type Readable } from './launch.ts';
import { createPeer, type Handler, type Peer, type Plain } from './peer.ts';
import { brokenPlugin, failureOf } from './plugin-failure.ts';
import { createWatch, PATIENCE, type Patience } from './watch.ts';

/** What a plugin asks of the host at once; it has no more connections than that. */
const MOST_AT_ONCE = 32;
/** Log lines, reports of progress, and lines of commands. */
const MOST_NOTES_A_SECOND = 5000;

export interface ProcessToStart {
  readonly plugin: PluginPackage;
  /** As its manifest has it, checked. */
  readonly entry: string;
  /** Files and folders of the user's that it may read; default none. */
  readonly readable?: Partial<Readable>;
  readonly logger: Logger;
  /** What it may ask; default nothing. */
  readonly handlers?: (peer: () => Peer, misbehaved: (why: string) => Error) => Readonly<Record<string, Handler>>;
  /** What it may say beside log lines; default nothing. */
  readonly notes?: Readonly<Record<string, (params: Plain) => void>>;
  readonly patience?: Patience;
}

/** A process of one plugin, spoken with in messages and watched. While it is asked nothing, it does not keep this one from ending. */
export interface PluginProcess {
  readonly peer: Peer;
  /** The module that it is to load, absolute. */
  readonly entry: string;
  /** Ends it and all calls of it, with an error that names it: the first one that is given. */
  giveUp(why: string): IlabError;
  /** It has said something, so it is at work though it owes an answer. */
  step(): void;
  /** Until it is gone. */
  ended(): Promise<void>;
}

/** @throws IlabError E_PLUGIN_BROKEN */
export function startProcess(options: ProcessToStart): PluginProcess {
  const { plugin } = options;
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

  return {
    peer,
    entry,
    giveUp,
    step: () => watch.step(),
    async ended() {
      child.hold(true);
      await child.ended;
    },
  };
}

function start({ plugin, entry, readable: { files = [], folders = [] } = {} }: ProcessToStart): { readonly entry: string; readonly child: Child } {
  try {
    return { entry: entryPath(plugin.root, entry), child: launch(plugin, { files, folders }) };
  } catch (error) {
    throw brokenPlugin(plugin, error instanceof Error ? error.message : '');
  }
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
