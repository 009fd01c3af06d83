import { IlabError, isAbort, isIlabError } from '@ilab/core';
import { WrongAnswer } from './answers.ts';
import type { HostedPart } from './host-part.ts';
import type { Plain } from './peer.ts';

interface Question<Answer> {
  readonly method: string;
  readonly request: Plain;
  readonly signal: AbortSignal | undefined;
  /** @throws WrongAnswer */
  readonly read: (value: unknown) => Answer;
}

/** Asks a part that has no errors of its own to tell: whatever it throws, or answers beside the question, ends the plugin. @throws IlabError E_PLUGIN_BROKEN */
export async function askPart<Answer>({ peer, giveUp }: HostedPart, { method, request, signal, read }: Question<Answer>): Promise<Answer> {
  try {
    return read(await peer.call('ask', { method, request, options: {} }, signal));
  } catch (error) {
    if (isAbort(error) || (isIlabError(error) && error.code === 'E_PLUGIN_BROKEN')) throw error;
    if (error instanceof WrongAnswer || error instanceof IlabError) throw giveUp(`${method}: ${error.message}`);
    throw error;
  }
}

/** @throws IlabError E_PLUGIN_BROKEN where a part lacks its method */
export function needMethod({ made, giveUp }: HostedPart, method: string, kind: string): void {
  if (!Array.isArray(made['methods']) || !made['methods'].includes(method)) throw giveUp(`its ${kind} has no “${method}”`);
}
