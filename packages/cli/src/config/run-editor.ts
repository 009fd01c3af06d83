import { type StdioOptions, spawn } from 'node:child_process';
import { IlabError } from '@ilab/sdk';

/** The editor of this user: `$VISUAL`, `$EDITOR`, or what every system has. */
export function editorOf(env: Readonly<Record<string, string | undefined>>): string {
  return env['VISUAL'] || env['EDITOR'] || (process.platform === 'win32' ? 'notepad' : 'vi');
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
