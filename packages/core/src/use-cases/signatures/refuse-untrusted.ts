import type { ModelSettings } from '../../model/settings.ts';
import type { RepositoryId } from '../../model/snapshot.ts';
import type { StoredSnapshot } from '../../model/stored.ts';
import type { Cache } from '../../ports/cache.ts';
import type { CallOptions } from '../../ports/call-options.ts';
import type { Metadata } from '../../ports/metadata.ts';
import { readInventory } from '../../resolver/inventory.ts';
import type { TrackedResolution } from '../../resolver/resolution.ts';
import { isStillTrusted } from './is-still-trusted.ts';
import { policyFor } from './policy-for.ts';
import { neverVerified } from './signature-errors.ts';
import type { SignatureDeps } from './verify-candidates.ts';

interface GuardDeps extends SignatureDeps {
  readonly cache: Pick<Cache, 'items'>;
  readonly metadata: Pick<Metadata, 'signature'>;
  readonly settings: ModelSettings;
}

/** Whether a model that is here can only be used once it was verified. */
export function needsSignature({ id }: Pick<TrackedResolution, 'id'>, settings: Pick<ModelSettings, 'signatures'>): boolean {
  return id !== undefined && policyFor(settings, id)?.mode === 'require';
}

/**
 * Refuses a model that is here and was not verified under the policy that is in force now: it came before the policy did, its signer is
 * trusted no more, or its download ended before its signature was checked.
 * @throws IlabError E_UNTRUSTED
 */
export async function refuseUntrusted(deps: GuardDeps, { id, revision, reference }: TrackedResolution, options: CallOptions): Promise<void> {
  const policy = id && policyFor(deps.settings, id);
  if (!id || policy?.mode !== 'require') return;
  const { repositories } = await readInventory(deps.cache.items(options));
  const snapshot = repositories.flatMap(({ snapshots }) => snapshots).find((one) => one.id.revision === revision && isOf(one, id));
  const record = snapshot && (await deps.metadata.signature(snapshot, options));
  if (await isStillTrusted(deps, { policy, record }, options)) return;
  throw neverVerified(reference, policy);
}

function isOf({ id }: StoredSnapshot, { source, host, repository }: RepositoryId): boolean {
  return id.source === source && id.host === host && id.repository === repository;
}
