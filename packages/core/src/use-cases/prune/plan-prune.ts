import { redact } from '../../errors/redact.ts';
import type { SnapshotId } from '../../model/snapshot.ts';
import type { StoredRepository } from '../../model/stored.ts';
import type { Cache } from '../../ports/cache.ts';
import type { CallOptions } from '../../ports/call-options.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Housekeeper, Leftover } from '../../ports/housekeeper.ts';
import type { Logger } from '../../ports/logger.ts';
import type { ReferenceGrammar } from '../../reference/grammar.ts';
import { snapshotReference } from '../list-models.ts';
import { unnamedSnapshots } from './unnamed-snapshots.ts';

export interface PruneDeps extends ReferenceGrammar {
  readonly cache: Cache;
  readonly housekeeper: Housekeeper;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What is old enough to go. */
export interface PruneRequest {
  /** Milliseconds that no name has pointed to a snapshot and nobody touched a partial download; default 30 days, and 7 for partials. */
  readonly olderThan?: number;
  /** So many of the youngest snapshots without a name stay, in every repository; default none. */
  readonly keep?: number;
}

/** What pruning would take away, with nothing done yet. */
export interface PrunePlan {
  readonly snapshots: readonly {
    readonly reference: string;
    readonly id: SnapshotId;
    readonly path: string;
    /** ISO 8601: since when no name has pointed to it. */
    readonly since: string;
  }[];
  readonly leftovers: readonly Leftover[];
  /** What is left alone although it is old enough, and why. */
  readonly kept: readonly { readonly name: string; readonly reason: string }[];
  /** Bytes that come back when all of it goes; bytes shared with what stays don't. */
  readonly bytes: number;
}

const DAY = 24 * 60 * 60 * 1000;
const UNNAMED = 30 * DAY;
const PARTIAL = 7 * DAY;

/**
 * Finds what nobody needs any more: snapshots that no name points to, abandoned downloads, what interrupted removals left. Of a
 * repository in which something can't be read nothing goes: what can't be read may be the name that is in the way.
 * @throws IlabError E_STORE
 */
export async function planPrune(deps: PruneDeps, { olderThan, keep = 0 }: PruneRequest, options: CallOptions): Promise<PrunePlan> {
  const now = deps.clock.now().getTime();
  const isOld = (time: string, age: number): boolean => now - Date.parse(time) >= (olderThan ?? age);
  const snapshots: PrunePlan['snapshots'][number][] = [];
  const kept: PrunePlan['kept'][number][] = [];
  for await (const item of deps.cache.items(options)) {
    if (item.kind !== 'repository' || item.tier !== 'own') continue;
    const old = unnamedSnapshots(item)
      .slice(keep)
      .filter(({ since }) => isOld(since, UNNAMED));
    if (old.length > 0 && item.unreadable?.length) {
      kept.push(unreadable(item));
      continue;
    }
    for (const { snapshot, since } of old) {
      const reference = snapshotReference(snapshot, deps);
      if (await deps.housekeeper.isInUse(snapshot.id, options)) kept.push({ name: reference, reason: 'it is in use' });
      else snapshots.push({ reference, id: snapshot.id, path: snapshot.path, since });
    }
  }
  const leftovers: Leftover[] = [];
  for await (const leftover of deps.housekeeper.leftovers(options)) {
    if (leftover.kind === 'trash' || isOld(leftover.modified, PARTIAL)) leftovers.push(leftover);
  }
  tellKept(deps.logger, kept);
  const bytes = await deps.housekeeper.bytesOf(
    [...snapshots, ...leftovers].map(({ path }) => path),
    options,
  );
  return { snapshots, leftovers, kept, bytes };
}

/** Whoever asked for something to go is told what doesn't. */
export function tellKept(logger: Logger, kept: PrunePlan['kept']): void {
  for (const { name, reason } of kept) logger.warn(`${name} is kept: ${redact(reason)}.`);
}

function unreadable({ id, unreadable: paths = [] }: StoredRepository): PrunePlan['kept'][number] {
  return { name: `${id.host}/${id.repository}`, reason: `${paths.join(', ')} can’t be read; repair or remove it first` };
}
