import { SIGNATURE_FILE } from '../../model/signature.ts';
import type { SnapshotId } from '../../model/snapshot.ts';
import type { SnapshotWriter } from '../../ports/cache.ts';
import type { CallOptions } from '../../ports/call-options.ts';
import { signatureFile } from '../signatures/find-candidates.ts';
import { policyFor } from '../signatures/policy-for.ts';
import { recordOf } from '../signatures/record-of.ts';
import { refusal, warning } from '../signatures/signature-errors.ts';
import { verifyCandidates } from '../signatures/verify-candidates.ts';
import type { HashedFile } from './hash-files.ts';
import type { ImportDeps, ImportItem } from './plan-import.ts';

interface Imported {
  readonly item: ImportItem;
  readonly id: SnapshotId;
  readonly files: readonly HashedFile[];
  readonly writer: SnapshotWriter;
}

/**
 * Holds what is brought in against the policy of the source that it is named after. Only the signature in the model itself can be looked at:
 * nobody is asked.
 * @throws IlabError E_INTEGRITY, E_UNTRUSTED under a policy that requires a signature
 */
export async function checkSignature(deps: ImportDeps, { item: { model, name }, id, files, writer }: Imported, options: CallOptions): Promise<void> {
  const policy = policyFor(deps.settings, id);
  if (!policy) return;
  const own = files.find(({ path }) => path === SIGNATURE_FILE);
  const candidates = own ? [await signatureFile(deps.outbox, { at: writer.placeOf(SIGNATURE_FILE), size: own.size }, options)] : [];
  const listed = [...files.map(({ path, sha256 }) => ({ path, sha256 })), ...(model.others ?? []).map(({ path }) => ({ path }))];
  const verdict = await verifyCandidates(deps, { policy, manifest: model.manifest, files: listed, candidates }, options);
  if (verdict.state !== 'verified' && policy.mode === 'require') throw refusal(name.repository.canonical, verdict, policy);
  if (verdict.state !== 'verified') deps.logger.warn(warning(name.repository.canonical, verdict));
  await deps.metadata.recordSignature(id, recordOf(verdict, deps.clock.now()), options);
}
