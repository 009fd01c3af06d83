import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What is below a folder, or one file, in all that a write would change: to be compared with what it is later. */
export function stateOf(place: string): readonly string[] {
  if (!lstatSync(place).isDirectory()) return [stateOfEntry(place)];
  const entries = readdirSync(place, { recursive: true, withFileTypes: true });
  return entries.map((entry) => stateOfEntry(join(entry.parentPath, entry.name)));
}

function stateOfEntry(path: string): string {
  const stats = lstatSync(path);
  const { mode, mtimeMs, ctimeMs, ino, nlink } = stats;
  return [path, mode, mtimeMs, ctimeMs, ino, nlink, stats.isFile() ? readFileSync(path, 'latin1') : ''].join(' ');
}
