import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Lines that are kept. */
const LONGEST = 1000;

/** What was typed before, the last first, as readline has it. A history that can't be read is none. */
export async function readHistory(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .slice(0, LONGEST);
}

/** Keeps what was typed, for its user only. It is no more than a help: a disk that is full ends no conversation. */
export async function writeHistory(path: string, lines: readonly string[]): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(path, `${lines.slice(0, LONGEST).join('\n')}\n`, { mode: 0o600 });
    await chmod(path, 0o600);
  } catch {}
}
