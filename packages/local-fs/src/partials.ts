import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isMissing } from './fs-errors.ts';
import { isOwner, isRunning } from './process-identity.ts';

/** An entry of an ingest directory that no living process holds. */
export interface AbandonedEntry {
  readonly path: string;
  /** When something last changed in it or in what belongs to it. */
  readonly modified: Date;
}

/** A partial download: digest and owner, and what lies beside it: its journal, what was unpacked from it. Or what was spooled (`spool`). */
const PARTIAL = /^(?<base>(?:(?:sha256|sha512|git-sha1|md5|etag|(?:md5|sha256)-\d+)-[0-9a-f]+|spooled)\.(?<owner>[0-9a-f-]+))(?:\.journal|\.d)?$/;
/** A copy under way bears no owner's name; after a day nobody is still at it. */
const COPY = /^\.share-[0-9a-f]+$/;
const DAY = 24 * 60 * 60 * 1000;

/** What interrupted downloads left in an ingest directory. Entries of any other form are somebody else's. */
export function abandonedEntries(ingest: string): readonly AbandonedEntry[] {
  const found = namesIn(ingest).flatMap((name) => {
    const path = join(ingest, name);
    const modified = changed(path);
    const { base, owner } = PARTIAL.exec(name)?.groups ?? {};
    if (modified === undefined) return [];
    if (base !== undefined && owner !== undefined && isOwner(owner) && !isRunning(owner)) return [{ path, base, modified }];
    return COPY.test(name) && Date.now() - modified > DAY ? [{ path, base: name, modified }] : [];
  });
  return [...Map.groupBy(found, ({ base }) => base).values()].flatMap((group) => {
    const modified = new Date(Math.max(...group.map((entry) => entry.modified)));
    return group.map(({ path }) => ({ path, modified }));
  });
}

/** Also when it got its name: a download that was taken up again is as young as that. */
function changed(path: string): number | undefined {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats && Math.max(stats.mtimeMs, stats.ctimeMs);
}

export function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory).sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
