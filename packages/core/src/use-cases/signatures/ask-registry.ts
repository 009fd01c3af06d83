import { isAbort, isIlabError } from '../../errors/ilab-error.ts';
import type { Attachment } from '../../model/signature.ts';
import type { RemoteSnapshot } from '../../model/snapshot.ts';
import type { CallOptions } from '../../ports/call-options.ts';
import type { Registry } from '../../ports/registry.ts';
import type { SignatureVerdict } from '../../ports/signature-verifier.ts';
import { attachedTo } from './find-candidates.ts';
import type { ActivePolicy } from './policy-for.ts';
import type { SignatureDeps } from './verify-candidates.ts';

interface Asked {
  readonly registry: Registry;
  readonly snapshot: RemoteSnapshot;
  readonly policy: ActivePolicy;
}

/** What is attached; where that can't be told and a policy only warns, that is what it warns of. */
export async function askRegistry(
  { signatureVerifier }: SignatureDeps,
  { registry, snapshot, policy }: Asked,
  options: CallOptions,
): Promise<{ readonly attached: readonly Attachment[] } | Extract<SignatureVerdict, { state: 'rejected' }>> {
  try {
    return { attached: await attachedTo(registry, { snapshot, others: signatureVerifier?.mediaTypes?.(policy) }, options) };
  } catch (error) {
    if (policy.mode === 'require' || isAbort(error) || !isIlabError(error)) throw error;
    return { state: 'rejected', code: 'E_UNTRUSTED', reason: `the registry does not say whether it has any: ${error.message}` };
  }
}
