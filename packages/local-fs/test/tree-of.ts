import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { walkTree } from '../src/relocation/walk-tree.ts';

/** Everything below a directory by path: kind, mode, bytes, and the first name of the same file. */
export function treeOf(root: string): ReadonlyMap<string, unknown> {
  const tree = new Map<string, unknown>();
  const names = new Map<number, string>();
  for (const { path, stats } of walkTree(root)) {
    const mode = stats.mode.toString(8);
    const place = join(root, path);
    if (stats.isSymbolicLink()) tree.set(path, { target: readlinkSync(place) });
    else if (stats.isDirectory()) tree.set(path, { mode });
    else {
      if (!names.has(stats.ino)) names.set(stats.ino, path);
      const sha256 = createHash('sha256').update(readFileSync(place)).digest('hex');
      tree.set(path, { mode, sha256, sameAs: names.get(stats.ino) });
    }
  }
  return tree;
}
