import { SIGNATURE_FILE, type SignatureRecord } from '../../model/signature.ts';
import type { ModelSettings } from '../../model/settings.ts';
import type { RemoteSnapshot } from '../../model/snapshot.ts';
import type { StoredSnapshot } from '../../model/stored.ts';
import type { CallOptions } from '../../ports/call-options.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Metadata } from '../../ports/metadata.ts';
import type { Registry } from '../../ports/registry.ts';
import { attachedTo } from './find-candidates.ts';
import { isStillTrusted } from './is-still-trusted.ts';
import { policyFor } from './policy-for.ts';
import { recordOf } from './record-of.ts';
import { type SignatureDeps, verifyCandidates } from './verify-candidates.ts';

/** What is known of a model's signatures. `trusted`: whether the policy in force trusts that; absent where there is none. */
export interface InspectedSignature {
  readonly signature?: SignatureRecord & { readonly trusted?: boolean };
}

type InspectDeps = SignatureDeps & { readonly settings: ModelSettings };

/** What was found when the signatures of what is here were last checked. */
export async function storedSignature(
  deps: InspectDeps & { readonly metadata: Pick<Metadata, 'signature'> },
  snapshot: StoredSnapshot,
  options: CallOptions,
): Promise<InspectedSignature> {
  const record = await deps.metadata.signature(snapshot, options);
  const policy = policyFor(deps.settings, snapshot.id);
  if (!record) return {};
  return { signature: { ...record, ...(policy && { trusted: await isStillTrusted(deps, { policy, record }, options) }) } };
}

/** As far as it can be told of what is not here: by what is attached to its manifest. A signature in the model has to be fetched first. */
export async function remoteSignature(
  deps: InspectDeps & { readonly clock: Clock },
  { registry, snapshot }: { readonly registry: Registry; readonly snapshot: RemoteSnapshot },
  options: CallOptions,
): Promise<InspectedSignature> {
  const policy = policyFor(deps.settings, snapshot);
  if (!policy) return {};
  const files = snapshot.files.map(({ path }) => ({ path }));
  const others = deps.signatureVerifier?.mediaTypes?.(policy);
  const request = { policy, manifest: snapshot.manifest, files, candidates: await attachedTo(registry, { snapshot, others }, options) };
  const verdict = await verifyCandidates(deps, request, options);
  const mayBeInside = snapshot.archives.length > 0 || files.some(({ path }) => path === SIGNATURE_FILE);
  const isOpen = verdict.state === 'verified' ? verdict.covers === 'files' : mayBeInside;
  return isOpen ? {} : { signature: { ...recordOf(verdict, deps.clock.now()), trusted: verdict.state === 'verified' } };
}
