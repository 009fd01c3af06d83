import { isFilePath } from '../../model/file-path.ts';
import { SIGNATURE_FILE } from '../../model/signature.ts';
import type { ModelSettings } from '../../model/settings.ts';
import type { StoredSnapshot } from '../../model/stored.ts';
import type { CallOptions } from '../../ports/call-options.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Metadata } from '../../ports/metadata.ts';
import type { Outbox } from '../../ports/outbox.ts';
import type { SignatureVerdict, SignedFile } from '../../ports/signature-verifier.ts';
import { signatureFile } from './find-candidates.ts';
import { isStillTrusted } from './is-still-trusted.ts';
import { type ActivePolicy, policyFor } from './policy-for.ts';
import { recordOf } from './record-of.ts';
import { type SignatureDeps, verifyCandidates } from './verify-candidates.ts';

export interface StoredDeps extends SignatureDeps {
  readonly metadata: Metadata;
  readonly outbox: Pick<Outbox, 'prepare'>;
  readonly settings: ModelSettings;
  readonly clock: Clock;
}

/**
 * Checks the signature of what is here again, without asking anybody: by the signature in the model, or by what was verified when it came.
 * @returns why the policy in force does not let it pass; undefined where it does, or where there is none
 */
export async function verifyStored(
  deps: StoredDeps,
  { snapshot, isOwn }: { readonly snapshot: StoredSnapshot; readonly isOwn: boolean },
  options: CallOptions,
): Promise<{ readonly reason: string; readonly mode: ActivePolicy['mode'] } | undefined> {
  const policy = policyFor(deps.settings, snapshot.id);
  if (!policy) return undefined;
  const record = await deps.metadata.signature(snapshot, options);
  const isTrusted = await isStillTrusted(deps, { policy, record }, options);
  if (isTrusted && record?.state === 'verified' && record.from !== SIGNATURE_FILE) return undefined;
  const verdict = await judge(deps, { snapshot, policy }, options);
  if (!verdict) return { reason: 'its signature was not checked under the policy; `ilab model download` asks for it.', mode: policy.mode };
  if (isOwn) await deps.metadata.recordSignature(snapshot.id, recordOf(verdict, deps.clock.now()), options);
  if (verdict.state === 'verified') return undefined;
  return { reason: verdict.state === 'rejected' ? verdict.reason : 'it is not signed.', mode: policy.mode };
}

/** By the signature in the model; undefined where there is none here. */
async function judge(
  deps: StoredDeps,
  { snapshot, policy }: { readonly snapshot: StoredSnapshot; readonly policy: ActivePolicy },
  options: CallOptions,
): Promise<SignatureVerdict | undefined> {
  const at = (path: string, entry = path): string => `${snapshot.path}/${entry}`;
  const own = snapshot.files.find(({ path }) => path === SIGNATURE_FILE);
  if (!own) return undefined;
  const candidates = [await signatureFile(deps.outbox, { at: at(own.path, own.entry), size: own.size }, options)];
  const files: SignedFile[] = snapshot.missing.filter(isFilePath).map((path) => ({ path }));
  for (const { path, size, sha256, entry } of snapshot.files) {
    files.push({ path, sha256: sha256 ?? (await deps.outbox.prepare({ path, size, at: at(path, entry) }, options)).sha256 });
  }
  return verifyCandidates(deps, { policy, manifest: snapshot.metadata.manifest, files, candidates }, options);
}
