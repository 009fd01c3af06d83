import type { IlabError } from '@ilab/core';
import { isPlain, type Peer, type Plain } from './peer.ts';
import { type ProcessToStart, startProcess } from './plugin-process.ts';

export interface PartToHost extends ProcessToStart {
  /** As the process of plugins knows it. */
  readonly kind: 'registry' | 'verifier' | 'donor';
  /** Of the part. */
  readonly name: string;
  /** What it has from the start, as data. */
  readonly context: Plain;
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
  const { kind, name, context } = options;
  const { peer, entry, giveUp } = startProcess(options);
  const made = await peer.call('create', { entry, kind, name, context });
  const what = kind === 'registry' ? 'registry of the source' : kind;
  if (!isPlain(made) || made['name'] !== name) throw giveUp(`it made no ${what} “${name}”`);
  return { peer, made, giveUp, close: () => void giveUp('it was closed') };
}
