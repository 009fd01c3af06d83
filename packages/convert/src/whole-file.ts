import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Writes a file whole or not at all: beside its place first, then synced and renamed. One that is there is replaced. */
export async function writeWhole(destination: string, write: (path: string) => Promise<void>): Promise<void> {
  await withScratch(destination, async (path) => {
    await write(path);
    const file = await open(path, 'r+');
    await file.sync().finally(() => file.close());
    await rename(path, destination);
  });
}

/** Gives a path beside another for what is made on the way, and leaves nothing there. */
export async function withScratch<T>(destination: string, work: (path: string) => Promise<T>): Promise<T> {
  const path = join(dirname(destination), `.${randomUUID()}.partial`);
  try {
    return await work(path);
  } finally {
    await rm(path, { force: true });
  }
}
