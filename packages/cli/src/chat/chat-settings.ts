import { IlabError } from '@ilab/sdk';
import type { Sampling } from './client/message.ts';
import { CONTEXTS } from './conversation/contexts.ts';

export interface ChatFlags {
  readonly temperature?: string | undefined;
  readonly 'max-tokens'?: number | undefined;
  readonly seed?: number | undefined;
  readonly system?: string | undefined;
  readonly context?: string | undefined;
  readonly session?: string | undefined;
}

/** How a chat begins. */
export interface ChatSettings {
  readonly sampling: Sampling;
  readonly system: string;
  /** A file with a conversation to go on with. */
  readonly session?: string;
  /** Where conversations are kept when they end. */
  readonly logs?: string;
}

/** What the configuration has under `chat`, by key; undefined where it has nothing. */
export type ReadSetting = (key: string) => { readonly value: unknown } | undefined;

/** Flags win over the configuration; what neither says is the model's. @throws IlabError E_USAGE, E_BAD_CONFIG */
export function chatSettings(flags: ChatFlags, read: ReadSetting): ChatSettings {
  const number = (key: string, min: number, max: number): number | undefined => {
    const value = read(`chat.${key}`)?.value ?? undefined;
    if (value === undefined || (typeof value === 'number' && value >= min && value <= max)) return value;
    throw new IlabError('E_BAD_CONFIG', `chat.${key} must be a number from ${min} to ${max}.`, { hint: 'Change it: ilab config edit' });
  };
  const text = (key: string): string | undefined => {
    const value = read(`chat.${key}`)?.value;
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const greedy = read('chat.greedy_mode')?.value === true ? 0 : undefined;
  const temperature = numberOf(flags.temperature) ?? greedy ?? number('temperature', 0, 2);
  const maxTokens = flags['max-tokens'] ?? number('max_tokens', 1, 1e9);
  const seed = flags.seed ?? number('seed', 0, 2 ** 32 - 1);
  const session = flags.session ?? text('session');
  const logs = text('logs_dir');
  return {
    sampling: {
      ...(temperature !== undefined && { temperature }),
      ...(maxTokens !== undefined && { max_tokens: maxTokens }),
      ...(seed !== undefined && { seed }),
    },
    system:
      flags.system ??
      (contextTokens(flags.context) === undefined ? context(flags.context) : undefined) ??
      text('system_prompt') ??
      context(text('context')) ??
      '',
    ...(session !== undefined && { session }),
    ...(logs !== undefined && { logs }),
  };
}

/** `--context` is a number of tokens, as elsewhere; a name is what the old ilab had for it. */
export function contextTokens(typed: string | undefined): number | undefined {
  return typed !== undefined && /^\d{1,9}$/.test(typed) && Number(typed) > 0 ? Number(typed) : undefined;
}

function numberOf(typed: string | undefined): number | undefined {
  if (typed === undefined) return undefined;
  const value = typed.trim() === '' ? Number.NaN : Number(typed);
  if (value >= 0 && value <= 2) return value;
  throw new IlabError('E_USAGE', `--temperature is a number from 0 to 2, not “${typed}”.`, { hint: 'For example: --temperature 0.2' });
}

function context(name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  const text = Object.hasOwn(CONTEXTS, name) ? CONTEXTS[name] : undefined;
  if (text === undefined)
    throw new IlabError('E_USAGE', `There is no context “${name}”.`, { hint: `There are: ${Object.keys(CONTEXTS).join(', ')}. --system takes any text.` });
  return text;
}
