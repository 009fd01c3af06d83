import { realpathSync, statSync } from 'node:fs';
import type { Json, Logger } from '@ilab/core';
import type { CommandManifest, CommandModel, CommandRequest } from '@ilab/plugin-api';
import type { PluginPackage } from '../plugin-package.ts';
import type { Readable } from './launch.ts';
import { isPlain, type Plain } from './peer.ts';
import { type PluginProcess, startProcess } from './plugin-process.ts';
import type { Patience } from './watch.ts';

const LONGEST_LINE = 10_000;
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
export async function runApart({ plugin, manifest, request, signal, ...call }: ApartCommand): Promise<CommandOutcome> {
  signal.throwIfAborted();
  const line = (tell: (line: string) => void) => (params: Plain) => {
    if (typeof params['line'] !== 'string' || params['line'].length > LONGEST_LINE) return void run.giveUp('it wrote what is no line of text');
    tell(params['line']);
    run.step();
  };
  const { model, readable } = withReadable(request.model);
  const run = startProcess({
    plugin,
    entry: manifest.entry,
    readable,
    logger: call.logger,
    notes: { print: line(call.print), told: line(call.told) },
    ...(call.patience && { patience: call.patience }),
  });
  // Without the signal, on which the channel would reject the call at once: the command is to have its last steps.
  const asked = run.peer.call('command', { entry: run.entry, command: manifest.command, request: { ...request, model } });
  const stop = stopping(run, signal);
  try {
    const answer = await asked;
    const outcome = outcomeOf(answer);
    if (!outcome) throw run.giveUp('its answer is not how a command ends');
    return outcome;
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    stop();
    run.giveUp('it was closed');
    await run.ended();
  }
}

/** A model, and what may be read of it: of a folder all, by the name that it really has. */
function withReadable(model: CommandModel | undefined): { readonly model?: CommandModel; readonly readable: Partial<Readable> } {
  if (!model) return { readable: {} };
  const isFolder = statSync(model.path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  if (!isFolder) return { model, readable: { files: [model.path] } };
  const path = realpathSync(model.path);
  return { model: { ...model, path }, readable: { folders: [path] } };
}

/** Passes Ctrl-C on, and sees to it that it ends something. @returns what forgets it */
function stopping({ peer, giveUp }: Pick<PluginProcess, 'peer' | 'giveUp'>, signal: AbortSignal): () => void {
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

function outcomeOf(answer: unknown): CommandOutcome | undefined {
  if (!isPlain(answer)) return undefined;
  const { result = null, exitCode = 0 } = answer;
  return (exitCode === 0 || exitCode === 1) && isJson(result) ? { result, exitCode } : undefined;
}

/** What came over the channel is JSON, but for bytes. */
function isJson(value: unknown): value is Json {
  if (value instanceof Uint8Array) return false;
  return typeof value !== 'object' || value === null || Object.values(value).every(isJson);
}
