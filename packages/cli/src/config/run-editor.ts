import { spawn } from 'node:child_process';
import { IlabError } from '@ilab/sdk';

/** The editor of this user: `$VISUAL`, `$EDITOR`, or what every system has. */
export function editorOf(env: Readonly<Record<string, string | undefined>>): string {
  return env['VISUAL'] || env['EDITOR'] || (process.platform === 'win32' ? 'notepad' : 'vi');
}

/**
 * Opens a file in an editor and waits until it is closed. The editor may have arguments of its own (`code --wait`), so a shell reads it, as
 * with git; the file's name is no part of what the shell reads.
 * @throws IlabError E_USAGE when it can't be started or says that it failed
 */
export async function runEditor(editor: string, path: string): Promise<void> {
  const windows = process.platform === 'win32';
  const child = windows
    ? spawn(`${editor} "${path}"`, { shell: true, stdio: 'inherit' })
    : spawn('/bin/sh', ['-c', `${editor} "$@"`, editor, path], { stdio: 'inherit' });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  }).catch(() => null);
  if (code === 0) return;
  throw new IlabError('E_USAGE', `The editor “${editor}” ended with ${code ?? 'a signal'}; nothing was changed.`, {
    hint: 'Set VISUAL or EDITOR to one that you have.',
  });
}
