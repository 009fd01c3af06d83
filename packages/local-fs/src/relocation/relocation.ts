import { lstatSync, statfsSync } from 'node:fs';
import { rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type MovePlan, noSpace, type Progress, type Relocation } from '@ilab/core';
import { makeDirectory, syncDirectory } from '../durable.ts';
import { errnoOf, storeError, unlessMissing } from '../fs-errors.ts';
import { STORE } from '../layout.ts';
import { standingAt } from '../standing.ts';
import { clearOld } from './clear-old.ts';
import { takeOver } from './copy-file.ts';
import { copyTree } from './copy-tree.ts';
import { refuseInUse } from './in-use.ts';
import { NEW_JOURNAL, readJournal, removeJournal, writeJournal } from './journal.ts';
import { correctLinks } from './moved-link.ts';
import { planMove } from './plan-move.ts';

export interface RelocationOptions {
  /** The models directory, absolute and real. */
  readonly directory: string;
  /** Makes a path of the user's absolute and real. */
  readonly locate: (path: string) => string;
}

/** Moves a models directory. Its journal lies in the target from before the first byte until the old place is clear. */
export function createRelocation({ directory, locate }: RelocationOptions): Relocation {
  return {
    async plan(path) {
      const to = locate(path);
      try {
        return planMove({ own: directory, to });
      } catch (error) {
        throw storeError(error, to);
      }
    },

    async bring(plan, { progress, signal }) {
      const { from, to, way } = plan;
      try {
        const journal = readJournal(to);
        if (journal?.copied) return { damaged: journal.damaged ?? [] };
        if (journal?.way === 'rename') await correctLinks(plan);
        if (journal?.way === 'rename') return { damaged: [] };
        refuseInUse(from);
        if (way === 'rename' && (await renamed(plan))) return { damaged: [] };
        return await copied(plan, { progress, signal });
      } catch (error) {
        throw signal?.aborted ? error : storeError(error, to);
      }
    },

    async leave({ from, to }) {
      try {
        const copied = readJournal(to)?.copied;
        if (copied) refuseInUse(from);
        const left = copied ? await clearOld(from, copied) : [];
        await removeJournal(to);
        return { left };
      } catch (error) {
        throw storeError(error, from);
      }
    },
  };
}

/** @returns false where the directories turn out to be on different file systems, or one is where a disk is mounted */
async function renamed({ from, to }: MovePlan): Promise<boolean> {
  await makeDirectory(dirname(to));
  // It goes along with the rename, and so is at the target from the first moment.
  await writeJournal(from, { schema: 1, from, way: 'rename' });
  try {
    await rm(join(to, NEW_JOURNAL), { force: true });
    for (const empty of [join(to, STORE), to]) await rmdir(empty).catch(unlessMissing);
    await rename(from, to);
  } catch (error) {
    await removeJournal(from);
    if (['EXDEV', 'EBUSY'].includes(errnoOf(error) ?? '')) return false;
    throw error;
  }
  await syncDirectory(dirname(to));
  if (dirname(from) !== dirname(to)) await syncDirectory(dirname(from));
  await correctLinks({ from, to });
  return true;
}

type Copying = { readonly progress: Progress; readonly signal: AbortSignal | undefined };

async function copied(plan: MovePlan, { progress, signal }: Copying): Promise<{ readonly damaged: readonly string[] }> {
  const { from, to } = plan;
  if (!standingAt(to)) {
    await makeDirectory(to);
    // A shared store stays one; a directory that the user made stays as it was made.
    await takeOver(to, lstatSync(from));
  }
  refuseTooLittle(plan);
  await writeJournal(to, { schema: 1, from, way: 'copy' });
  progress.plan({ files: plan.files, bytes: plan.bytes });
  const result = await copyTree({ from, to, progress, signal });
  await writeJournal(to, { schema: 1, from, way: 'copy', ...result });
  return { damaged: result.damaged };
}

/** A rename that turned out to be none was planned without need of space. */
function refuseTooLittle({ way, bytes, to }: MovePlan): void {
  if (way === 'copy') return;
  const { bavail, bsize } = statfsSync(to);
  const hint = 'Free some space there, or choose another disk.';
  if (bavail * bsize < bytes) throw noSpace({ what: 'The store has', needed: bytes, available: bavail * bsize, path: to, hint });
}
