import { IlabError } from '../../errors/ilab-error.ts';
import type { StoredRepository, StoredSnapshot } from '../../model/stored.ts';
import type { Cache } from '../../ports/cache.ts';
import type { CallOptions } from '../../ports/call-options.ts';
import type { Lease } from '../../ports/lease.ts';
import type { Progress } from '../../ports/progress.ts';
import type { FileFinding, Verifier, VerifyRequest } from '../../ports/verifier.ts';
import type { ResolvedModel } from '../resolve-model.ts';

export interface HoldDeps {
  readonly cache: Pick<Cache, 'owner' | 'lease'>;
  readonly verifier: Pick<Verifier, 'verify'>;
  readonly progress: Progress;
}

export interface HoldRequest {
  /** Whom it is for, as messages say it: `serve`. */
  readonly purpose: string;
  /** How closely to look first; default `quick`: presence, kind and size. */
  readonly verify?: VerifyRequest['depth'];
}

/**
 * Keeps models in the store from being removed while they are in use, and lets none be used that is not as it came.
 * What the store knows nothing of is used as it is.
 * @throws IlabError E_INTEGRITY when a file is damaged or gone; E_STORE
 */
export async function holdModels(deps: HoldDeps, models: readonly ResolvedModel[], request: HoldRequest, options: CallOptions): Promise<Lease> {
  const leases: Lease[] = [];
  const end = async (): Promise<void> => {
    await Promise.all(leases.splice(0).map((lease) => lease.end()));
  };
  try {
    for (const model of models) {
      const found = await snapshotOf(deps.cache, model, options);
      if (!found) continue;
      // Only from the own store is anything removed.
      if (found.tier === 'own') leases.push(await deps.cache.lease(found.snapshot.id, { purpose: request.purpose }, options));
      await refuseDamaged(deps, { model, snapshot: found.snapshot, depth: request.verify ?? 'quick' }, options);
    }
    return { end };
  } catch (error) {
    await end();
    throw error;
  }
}

async function snapshotOf(
  cache: HoldDeps['cache'],
  { path }: ResolvedModel,
  options: CallOptions,
): Promise<{ readonly snapshot: StoredSnapshot; readonly tier: StoredRepository['tier'] } | undefined> {
  const owner = await cache.owner(path, options);
  if (owner?.item.kind !== 'repository') return undefined;
  const snapshot = owner.item.snapshots.find((one) => path === one.path || path.startsWith(`${one.path}/`));
  return snapshot && { snapshot, tier: owner.item.tier };
}

async function refuseDamaged(
  { verifier, progress }: HoldDeps,
  { model, snapshot, depth }: { readonly model: ResolvedModel; readonly snapshot: StoredSnapshot; readonly depth: VerifyRequest['depth'] },
  options: CallOptions,
): Promise<void> {
  if (depth === 'content') progress.plan({ files: snapshot.files.length, bytes: snapshot.files.reduce((sum, { size }) => sum + size, 0) });
  const damage: string[] = [];
  for await (const finding of verifier.verify({ targets: [{ snapshot }], depth, progress }, options)) {
    if (isDamage(finding, model)) damage.push(finding.path);
  }
  if (damage.length === 0) return;
  throw new IlabError('E_INTEGRITY', `${model.reference} is damaged: ${damage.sort().slice(0, 5).join(', ')}.`, {
    hint: `Put it right: ilab model verify ${model.reference} --repair`,
    details: { reference: model.reference, files: damage },
  });
}

/** A file that nobody asked for and that never came is not missing. */
function isDamage(finding: FileFinding, { files }: ResolvedModel): boolean {
  return finding.state === 'bad' || (finding.state === 'missing' && (finding.arrived || files.includes(finding.path)));
}
