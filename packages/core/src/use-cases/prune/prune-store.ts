import { isIlabError } from '../../errors/ilab-error.ts';
import type { SnapshotId } from '../../model/snapshot.ts';
import type { StoredRepository } from '../../model/stored.ts';
import type { CallOptions } from '../../ports/call-options.ts';
import { type PruneDeps, type PrunePlan, tellKept } from './plan-prune.ts';

export interface Pruned {
  /** References of snapshots and paths of leftovers that are gone. */
  readonly removed: readonly string[];
  /** What stayed, and why. */
  readonly kept: PrunePlan['kept'];
  /** Bytes that came back. */
  readonly bytes: number;
}

/**
 * Does what the plan says, and looks again before each step: what got a name, came into use or can't be read any more since the plan
 * was made stays.
 * @throws IlabError E_STORE
 */
export async function pruneStore(deps: PruneDeps, plan: PrunePlan, options: CallOptions): Promise<Pruned> {
  const removed: string[] = [];
  const kept = [...plan.kept];
  let bytes = 0;
  for (const { reference, id } of plan.snapshots) {
    options.signal?.throwIfAborted();
    const reason = await stillUnnamed(deps, id, options);
    if (reason !== undefined) {
      kept.push({ name: reference, reason });
      continue;
    }
    try {
      bytes += await deps.cache.remove(id, options);
      removed.push(reference);
    } catch (error) {
      if (!isIlabError(error) || (error.code !== 'E_IN_USE' && error.code !== 'E_NOT_FOUND')) throw error;
      kept.push({ name: reference, reason: error.code === 'E_IN_USE' ? 'it is in use' : 'it is gone already' });
    }
  }
  for (const leftover of plan.leftovers) {
    options.signal?.throwIfAborted();
    bytes += await deps.housekeeper.removeLeftover(leftover, options);
    removed.push(leftover.path);
  }
  tellKept(deps.logger, kept.slice(plan.kept.length));
  return { removed, kept, bytes };
}

/** @returns why it must stay, if it must */
async function stillUnnamed({ cache }: PruneDeps, id: SnapshotId, options: CallOptions): Promise<string | undefined> {
  const repository = await ownRepository(cache, id, options);
  if (repository?.unreadable?.length) return 'something of its repository can’t be read';
  const name = repository?.versions.find(({ revision }) => revision === id.revision)?.name;
  return name === undefined ? undefined : `the version ${name} points to it`;
}

async function ownRepository(cache: PruneDeps['cache'], id: SnapshotId, options: CallOptions): Promise<StoredRepository | undefined> {
  for await (const item of cache.items(options)) {
    if (item.kind === 'repository' && item.tier === 'own' && item.id.host === id.host && item.id.repository === id.repository) return item;
  }
  return undefined;
}
