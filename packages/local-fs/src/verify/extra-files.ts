import { type Dirent, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { MEMBERS, METADATA, SIGNATURE, SUMS } from '../layout.ts';

const OWN: readonly string[] = [METADATA, MEMBERS, SIGNATURE, SUMS];

/** Paths below a snapshot of what is neither a file of it nor the store's own; what can't be listed has none. */
export function* extraFiles(root: string, places: ReadonlySet<string>, directory: string = root): Generator<string> {
  for (const entry of entriesOf(directory)) {
    const place = join(directory, entry.name);
    if (places.has(place) || (directory === root && OWN.includes(entry.name))) continue;
    if (entry.isDirectory()) yield* extraFiles(root, places, place);
    else yield relative(root, place);
  }
}

function entriesOf(directory: string): readonly Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return [];
  }
}
