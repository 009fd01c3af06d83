import { readlinkSync } from 'node:fs';
import { mkdir, rename, rm, symlink } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { newOwner } from '../process-identity.ts';
import { MOVING, walkTree } from './walk-tree.ts';

type Move = { readonly from: string; readonly to: string };

/**
 * What a link at `path` below the store says after a move, so that it still leads to the same thing: a relative way out of the store
 * becomes an absolute one, an absolute way into the store becomes one into its new place.
 */
export function movedLink(target: string, path: string, { from, to }: Move): string {
  const leadsTo = resolve(dirname(join(from, path)), target);
  const isInside = leadsTo === from || leadsTo.startsWith(from + sep);
  if (isAbsolute(target)) return isInside ? join(to, relative(from, leadsTo)) : target;
  return isInside ? target : leadsTo;
}

/** Corrects the links of a store that was renamed; doing it twice does nothing. */
export async function correctLinks(move: Move): Promise<void> {
  const staging = join(move.to, MOVING);
  await rm(staging, { recursive: true, force: true });
  await mkdir(staging, { recursive: true });
  for (const { path, stats } of walkTree(move.to)) {
    if (!stats.isSymbolicLink()) continue;
    const place = join(move.to, path);
    const target = readlinkSync(place);
    const moved = movedLink(target, path, move);
    if (moved === target) continue;
    const temporary = join(staging, newOwner());
    await symlink(moved, temporary);
    await rename(temporary, place);
  }
  await rm(staging, { recursive: true, force: true });
}
