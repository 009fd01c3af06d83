import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Writes a file whole or not at all, where it really is, with the permissions that it had. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const real = await realpath(path).catch(() => path);
  await mkdir(dirname(real), { recursive: true });
  const temporary = join(dirname(real), `.${randomBytes(6).toString('hex')}.tmp`);
  try {
    await writeNew(temporary, text, (await modeOf(real)) ?? 0o644);
    await rename(temporary, real);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Keeps a text beside a file, under a name that is free. @returns the path */
export async function keepBeside(path: string, text: string, suffix: string): Promise<string> {
  const real = await realpath(path);
  const mode = (await modeOf(real)) ?? 0o644;
  for (let count = 1; ; count++) {
    const beside = `${real}.${suffix}${count === 1 ? '' : `.${count}`}`;
    try {
      await writeNew(beside, text, mode);
      return beside;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST') || count === 100) throw error;
    }
  }
}

async function writeNew(path: string, text: string, mode: number): Promise<void> {
  const handle = await open(path, 'wx', mode);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  // What is created takes off what the process's mask takes off; what is replaced had its own mode.
  await chmod(path, mode);
}

async function modeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mode & 0o777;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
