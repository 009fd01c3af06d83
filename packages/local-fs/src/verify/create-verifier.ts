import { randomBytes } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { IlabError, type StoredSnapshot, type Verifier } from '@ilab/core';
import { makeDirectory, syncDirectory } from '../durable.ts';
import { trashFor } from '../fs-cache.ts';
import { isMissing, storeError } from '../fs-errors.ts';
import { snapshotDirectory } from '../layout.ts';
import { createPlaces } from '../snapshot-places.ts';
import { verifySnapshots } from './verify-snapshots.ts';

/** Verifies snapshots of any tier; takes damaged files out of those below one models directory. */
export function createVerifier(directory: string): Verifier {
  return {
    verify: verifySnapshots,

    async setAside({ id }: StoredSnapshot, path) {
      const snapshot = snapshotDirectory(directory, id);
      const aside = join(trashFor(directory, id), `${randomBytes(8).toString('hex')}-damaged`);
      try {
        const place = createPlaces(realpathSync(snapshot))(path);
        checkPlain(place, realpathSync(snapshot));
        await makeDirectory(dirname(aside));
        await rename(place, aside);
        await syncDirectory(dirname(place));
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw storeError(error, join(snapshot, path));
      }
      return { path: aside, discard: () => rm(aside, { recursive: true, force: true }) };
    },
  };
}

/** A folder of the snapshot may have been replaced by a link to somewhere else. */
function checkPlain(place: string, snapshot: string): void {
  const folder = realpathSync(dirname(place));
  if (folder !== snapshot && !folder.startsWith(snapshot + sep)) {
    throw new IlabError('E_STORE', `${place} is behind a link that leads out of the snapshot.`, { hint: 'Remove the link.' });
  }
}
