import { realpathSync, statSync } from 'node:fs';
import type { IlabError, Json, Logger } from '@ilab/core';
import type { CommandManifest, CommandRequest } from '@ilab/plugin-api';
import { entryPath } from '../import-plugin.ts';
import type { PluginPackage } from '../plugin-package.ts';
import { encodeError } from './child/errors.ts';
import { logLines } from './host-ports.ts';
import { type Child, launch } from './launch.ts';
import { brokenPlugin, failureOf, limiter } from './host-part.ts';
import { createPeer, isPlain, type Peer } from './peer.ts';
import { createWatch, PATIENCE, type Patience } from './watch.ts';

const LONGEST_LINE = 10_000;
const MOST_LINES_A_SECOND = 5000;
/** Milliseconds that a command has after Ctrl-C. */
const LAST_STEPS = 2000;

/** One call of a command of a plugin. */
export interface ApartCommand {
  readonly plugin: PluginPackage;
  readonly manifest: CommandManifest;
  readonly request: CommandRequest;
  readonly logger: Logger;
  /** Told lines of results, and what is under way. They are text of others. */
  readonly print: (line: string) => void;
  readonly told: (line: string) => void;
  readonly signal: AbortSignal;
  readonly patience?: Patience;
}

/** How a command ended, checked. */
export interface CommandOutcome {
  readonly result: Json;
  readonly exitCode: 0 | 1;
}

/**
 * Runs a command of a plugin in a process of its own, which is ended with the call: with its answer, or with an error that names the plugin.
 * @throws IlabError E_PLUGIN_BROKEN, and what the command throws
 */
export async function runApart(call: ApartCommand): Promise<CommandOutcome> {
  const { plugin, manifest, request, signal, logger } = call;
  signal.throwIfAborted();
  const { entry, child } = start(call);
  let failure: IlabError | undefined;
  const giveUp = (why: string): IlabError => {
    if (failure) return failure;
    failure = brokenPlugin(plugin, why, child.lastWords());
    watch.end();
    peer.fail(failure);
    child.kill();
    return failure;
  };
  const perSecond = limiter(MOST_LINES_A_SECOND, () => giveUp('it floods the host with messages'));
  const log = logLines(logger, { name: plugin.name, flooded: () => giveUp('it logs without an end') });
  const line = (tell: (line: string) => void) => (params: { readonly line?: unknown }) => {
    if (!perSecond()) return;
    if (typeof params.line !== 'string' || params.line.length > LONGEST_LINE) giveUp('it wrote what is no line of text');
    else if (!failure) tell(params.line);
    // Whoever tells something is at work.
    watch.balance(failure ? 0 : 1, 0);
  };
  const peer: Peer = createPeer(child.channel, {
    handlers: {},
    notes: { log: (params) => perSecond() && log(params), print: line(call.print), told: line(call.told) },
    mostAtOnce: 1,
    errors: { encode: encodeError, decode: (error) => failureOf(error, plugin) },
    broken: giveUp,
    pong: () => watch.pong(),
    balance: (waiting, serving) => watch.balance(waiting, serving),
  });
  const watch = createWatch(call.patience ?? PATIENCE, { ping: () => peer.ping(), giveUp });
  void child.ended.then(giveUp);
  // The channel would reject the call at once: the command is to have its last steps.
  const asked = peer.call('command', { entry, command: manifest.command, request });
  const stop = stopping(peer, { signal, giveUp });
  try {
    return outcomeOf(await asked) ?? giveUpBy(giveUp('its answer is not how a command ends'));
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    stop();
    giveUp('it was closed');
    await child.ended;
  }
}

function giveUpBy(error: IlabError): never {
  throw error;
}

/** Passes Ctrl-C on, and sees to it that it ends something. @returns what forgets it */
function stopping(peer: Peer, { signal, giveUp }: { readonly signal: AbortSignal; readonly giveUp: (why: string) => IlabError }): () => void {
  let timer: NodeJS.Timeout | undefined;
  const abort = (): void => {
    peer.note('stop', {});
    timer = setTimeout(() => giveUp('it did not stop'), LAST_STEPS);
  };
  signal.addEventListener('abort', abort, { once: true });
  return () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  };
}

function start({ plugin, manifest, request: { model } }: ApartCommand): { readonly entry: string; readonly child: Child } {
  try {
    const place = model && realpathSync(model.path);
    const isFolder = place !== undefined && statSync(place).isDirectory();
    const readable = { files: model && !isFolder ? [model.path] : [], folders: place !== undefined && isFolder ? [place] : [] };
    return { entry: entryPath(plugin.root, manifest.entry), child: launch(plugin, readable) };
  } catch (error) {
    throw brokenPlugin(plugin, error instanceof Error ? error.message : '');
  }
}

function outcomeOf(answer: unknown): CommandOutcome | undefined {
  if (!isPlain(answer)) return undefined;
  const { result = null, exitCode = 0 } = answer;
  return exitCode === 0 || exitCode === 1 ? { result: result as Json, exitCode } : undefined;
}
