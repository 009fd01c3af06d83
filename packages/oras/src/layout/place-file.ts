import { randomBytes } from 'node:crypto';
import { link, open, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * Writes a file whole: what is under its name, after whatever crash, is what `bytes` gave to its end.
 * @throws what `bytes` throws, and the system's errors: `EEXIST` where there is one already and it is not to be overwritten
 */
export async function placeFile(
  bytes: AsyncIterable<Uint8Array>,
  { incoming, target, overwrite }: { readonly incoming: string; readonly target: string; readonly overwrite: boolean },
): Promise<void> {
  const temporary = join(incoming, `.${randomBytes(8).toString('hex')}.tmp`);
  try {
    const handle = await open(temporary, 'wx', 0o644);
    try {
      for await (const piece of bytes) await handle.writeFile(piece);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (overwrite) await rename(temporary, target);
    else await link(temporary, target);
  } finally {
    await unlink(temporary).catch(() => undefined);
  }
  if (process.platform === 'win32') return;
  const directory = await open(dirname(target), 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
