import { lstatSync, readdirSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { STORE } from '../layout.ts';
import { JOURNAL, NEW_JOURNAL } from './journal.ts';

/** Where copies are made before they get their names. */
export const MOVING: string = join(STORE, 'moving');

/** What a store makes for itself whenever it is missing, and what is on its way out: no move takes it along. */
export const DERIVED: readonly string[] = ['locks', 'leases', 'placed', 'listing.json', 'answers', 'trash'].map((name) => join(STORE, name));

const LEFT_OUT: readonly string[] = [JOURNAL, NEW_JOURNAL, MOVING, ...DERIVED];

/** Something in a directory tree, itself and never what a link points to. */
export interface TreeEntry {
  /** Relative to the root. */
  readonly path: string;
  readonly stats: Stats;
}

/** Everything below a directory that a move takes along, each directory before what is in it. */
export function* walkTree(root: string, below = ''): Generator<TreeEntry> {
  for (const name of readdirSync(join(root, below)).sort()) {
    const path = join(below, name);
    if (LEFT_OUT.includes(path)) continue;
    const stats = lstatSync(join(root, path), { throwIfNoEntry: false });
    if (!stats) continue; // It went away meanwhile.
    yield { path, stats };
    if (stats.isDirectory()) yield* walkTree(root, path);
  }
}
