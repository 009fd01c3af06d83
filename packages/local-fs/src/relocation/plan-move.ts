import { readdirSync, statfsSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { IlabError, type MovePlan } from '@ilab/core';
import { STORE } from '../layout.ts';
import { refuseObstacle } from '../obstacle.ts';
import { nearestExisting, standingAt } from '../standing.ts';
import { isCopyOf } from './copy-tree.ts';
import { type MoveJournal, NEW_JOURNAL, readJournal } from './journal.ts';
import { walkTree } from './walk-tree.ts';

/**
 * @param own the models directory as it is set; `to` the new one; both absolute and real
 * @throws IlabError E_USAGE, E_NOT_FOUND, E_STORE
 */
export function planMove({ own, to }: { readonly own: string; readonly to: string }): MovePlan {
  const journal = journalOf(to, own);
  const from = journal?.from ?? own;
  if (!journal) refuseUnfit(from, to);
  const room = nearestExisting(to);
  const { bavail, bsize } = statfsSync(room);
  const common = { from, to, available: bavail * bsize, resumes: journal !== undefined };
  if (journal?.way === 'rename' || journal?.copied) return { ...common, way: journal.way, files: journal.copied?.length ?? 0, bytes: 0, needed: 0 };
  const isNear = !journal && statSync(from).dev === statSync(room).dev;
  return { ...common, way: isNear ? 'rename' : 'copy', ...weigh(from, isNear ? undefined : to) };
}

/** The unfinished move to a directory, if it is one of this store. */
function journalOf(to: string, own: string): MoveJournal | undefined {
  const journal = readJournal(to);
  if (!journal || journal.from === own || to === own) return journal;
  throw new IlabError('E_USAGE', `${to} is the target of an unfinished move of another store, ${journal.from}.`, { hint: 'Choose another directory.' });
}

function refuseUnfit(from: string, to: string): void {
  if (from === to) throw new IlabError('E_USAGE', `The store is at ${to} already.`, { hint: 'Name the directory that it should move to.' });
  refuseObstacle(from);
  if (!standingAt(from)) {
    throw new IlabError('E_NOT_FOUND', `There is no store at ${from} yet.`, { hint: `Set models.dir in the configuration to ${to}, or use --store.` });
  }
  if (to.startsWith(from + sep) || from.startsWith(to + sep)) {
    throw new IlabError('E_USAGE', `${from} and ${to} are one inside the other.`, { hint: 'Choose a directory elsewhere.' });
  }
  const standing = standingAt(to);
  if (!standing || (standing.isDirectory() && isEmpty(to))) return;
  throw new IlabError('E_USAGE', `${to} is ${standing.isDirectory() ? 'not empty' : 'not a directory'}.`, { hint: 'Name a new or an empty directory.' });
}

/** A move that was killed before its journal was whole leaves the journal's directory. */
function isEmpty(directory: string): boolean {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).every((path) => path === STORE || path === NEW_JOURNAL);
}

function weigh(from: string, to: string | undefined): Pick<MovePlan, 'files' | 'bytes' | 'needed'> {
  const seen = new Set<number>();
  let files = 0;
  let bytes = 0;
  let needed = 0;
  for (const { path, stats } of walkTree(from)) {
    if (!stats.isFile()) continue;
    files++;
    if (seen.has(stats.ino)) continue;
    seen.add(stats.ino);
    bytes += stats.size;
    if (to !== undefined && !isCopyOf(join(to, path), stats)) needed += stats.size;
  }
  return { files, bytes, needed };
}
