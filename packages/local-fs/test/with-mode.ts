import { chmodSync } from 'node:fs';

const NOBODY = 65_534;

/** Runs while a path has a mode, as somebody whom modes stop: root they don't. */
export async function withMode<T>(path: string, mode: number, run: () => Promise<T>): Promise<T> {
  const isRoot = process.geteuid?.() === 0;
  chmodSync(path, mode);
  if (isRoot) process.seteuid?.(NOBODY);
  try {
    return await run();
  } finally {
    if (isRoot) process.seteuid?.(0);
    chmodSync(path, 0o755);
  }
}
