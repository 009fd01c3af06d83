import { IlabError, type Prompt } from '@ilab/sdk';
import { terminalWidth } from '../present/terminal-width.ts';
import { declaration, type PinnedPlugin } from './declaration.ts';

/** Who says whether plugins may stay: a person at a terminal, or a flag that was given. */
export interface Approver {
  readonly prompt: Prompt;
  readonly yes: boolean | undefined;
  readonly note: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Shows what plugins declare, and asks once. @throws IlabError E_USAGE where the answer is no, or nobody is there to answer */
export function approval({ prompt, yes = false, note, signal }: Approver): (plugins: readonly PinnedPlugin[]) => Promise<void> {
  return async (plugins) => {
    for (const plugin of plugins) note(declaration(plugin, terminalWidth(process.stderr)));
    if (yes) return;
    if (!prompt.interactive) throw new IlabError('E_USAGE', 'Nobody is there to say whether it may be added.', { hint: 'Say --yes to add it.' });
    if (await prompt.confirm({ message: `Add ${plugins.length === 1 ? 'it' : 'them'}?` }, { signal })) return;
    throw new IlabError('E_USAGE', 'Nothing was added.', { hint: 'Answer y, or say --yes.' });
  };
}
