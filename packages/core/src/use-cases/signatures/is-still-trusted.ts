import type { SignatureRecord } from '../../model/signature.ts';
import type { CallOptions } from '../../ports/call-options.ts';
import type { ActivePolicy } from './policy-for.ts';
import type { SignatureDeps } from './verify-candidates.ts';

/** Whether what was verified once is good under the policy that is in force now. */
export async function isStillTrusted(
  { signatureVerifier }: SignatureDeps,
  { policy, record }: { readonly policy: ActivePolicy; readonly record: SignatureRecord | undefined },
  options: CallOptions,
): Promise<boolean> {
  if (record?.state !== 'verified' || !signatureVerifier) return false;
  return signatureVerifier.trusts(policy, record.signer, options);
}
