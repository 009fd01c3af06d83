import { type StdioOptions, spawn } from 'node:child_process';
import { IlabError } from '@ilab/sdk';

interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** Whether somebody can type. */
  readonly terminal: boolean;
}

/**
 * The editor of this user: `$VISUAL`, `$EDITOR`, or what every system has.
 * @throws IlabError E_USAGE where that is one for a terminal, and there is none
 */
export function editorOf({ env, platform, terminal }: Surroundings): string {
  const named = env['VISUAL'] || env['EDITOR'];
  if (named) return named;
  if (platform === 'win32') return 'notepad';
  if (terminal) return 'vi';
  throw new IlabError('E_USAGE', 'No editor is named, and there is no terminal for vi.', {
    hint: 'Set VISUAL or EDITOR, or change one setting: ilab config set KEY VALUE',
  });
}

/**
 * Opens a file in an editor and waits until it is closed. The editor may have arguments of its own (`code --wait`), so a shell reads it, as
 * with git; the file's name is no part of what the shell reads. Standard output is for the result, so the editor writes to `output`.
 * @throws IlabError E_USAGE when it can't be started or says that it failed
 */
export async function runEditor(editor: string, path: string, { output }: { readonly output: 'inherit' | NodeJS.WriteStream }): Promise<void> {
  const stdio: StdioOptions = ['inherit', output, 'inherit'];
  const code = await withCtrlCForTheEditor(async () => {
    const child =
      process.platform === 'win32'
        ? spawn(`${editor} "${path}"`, { shell: true, stdio })
        : spawn('/bin/sh', ['-c', `trap : INT; ${editor} "$@"`, editor, path], { stdio });
    return new Promise<number | null>((resolve) => child.on('error', () => resolve(null)).on('close', resolve));
  });
  if (code === 0) return;
  throw new IlabError('E_USAGE', `The editor “${editor}” ended with ${code ?? 'a signal'}; nothing was changed.`, {
    hint: 'Set VISUAL or EDITOR to one that you have.',
  });
}

/** The terminal sends Ctrl-C to all of us; in an editor it is a key like others. The shell between has its trap. */
async function withCtrlCForTheEditor<T>(work: () => Promise<T>): Promise<T> {
  const ours = process.listeners('SIGINT');
  const ignore = (): void => undefined;
  process.removeAllListeners('SIGINT').on('SIGINT', ignore);
  try {
    return await work();
  } finally {
    process.off('SIGINT', ignore);
    for (const listener of ours) process.on('SIGINT', listener);
  }
}
