import { statSync } from 'node:fs';
import type { BrokenItem, OfflineTier, StoredRepository } from '@ilab/core';
import { errnoOf, isMissing } from './fs-errors.ts';
import { scanRepositories } from './scan-repositories.ts';

/** What a share says that was mounted and has gone away (errno(3)). */
const GONE: readonly (string | undefined)[] = ['ENOTCONN', 'ESTALE', 'EHOSTDOWN', 'EHOSTUNREACH', 'ETIMEDOUT', 'EIO'];

/** A read-only store: what is in it, or that it is offline, or none. */
export function* scanTier(root: string): Generator<StoredRepository | BrokenItem | OfflineTier> {
  if (isOffline(root)) yield { kind: 'offline', path: root };
  else if (!statSync(root).isDirectory()) yield { kind: 'broken', name: root, path: root, reason: 'it is a file, and no directory of models' };
  else yield* scanRepositories(root, 'extra');
}

export function isOffline(root: string): boolean {
  try {
    statSync(root);
    return false;
  } catch (error) {
    return isMissing(error) || GONE.includes(errnoOf(error));
  }
}
