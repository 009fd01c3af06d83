import { statSync } from 'node:fs';
import { type FileHandle, chmod } from 'node:fs/promises';

/** Set-group-ID and writable by the group: what is made in such a directory is for everyone in it, whatever the maker's umask. */
const SHARED = 0o2020;
const STICKY = 0o1000;

/** Whether several users keep a store in this directory together. */
export function isShared(directory: string): boolean {
  const mode = statSync(directory, { throwIfNoEntry: false })?.mode ?? 0;
  return (mode & SHARED) === SHARED && (mode & STICKY) === 0;
}

/** Lets a new directory be as its parent is, where that is shared: no umask takes it away from the group. */
export async function shareDirectory(path: string, parent: string): Promise<void> {
  if (process.platform === 'win32' || !isShared(parent)) return;
  await chmod(path, statSync(parent).mode & 0o7777);
}

/** Lets the group read and replace a new file in a shared directory. */
export async function shareFile(handle: FileHandle, directory: string): Promise<void> {
  if (process.platform === 'win32' || !isShared(directory)) return;
  const { uid, mode } = await handle.stat();
  if (uid === process.getuid?.() && (mode & 0o060) !== 0o060) await handle.chmod((mode & 0o7777) | 0o660);
}
