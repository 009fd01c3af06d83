import type { CallOptions } from './call-options.ts';

/** A person at a terminal. */
export interface Prompt {
  /** False without a terminal: then nothing is asked and the caller MUST take its non-interactive way. */
  readonly interactive: boolean;
  /** @returns the chosen one; `fallback`, or else undefined, when the person gave none. */
  choose(
    question: { readonly message: string; readonly choices: readonly string[]; readonly fallback?: string },
    options: CallOptions,
  ): Promise<string | undefined>;
  confirm(question: { readonly message: string }, options: CallOptions): Promise<boolean>;
}

/** Nobody there. */
export const nullPrompt: Prompt = {
  interactive: false,
  choose: () => Promise.resolve(undefined),
  confirm: () => Promise.resolve(false),
};
