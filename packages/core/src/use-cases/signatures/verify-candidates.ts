import type { CallOptions } from '../../ports/call-options.ts';
import type { SignatureRequest, SignatureVerdict, SignatureVerifier } from '../../ports/signature-verifier.ts';

export interface SignatureDeps {
  readonly signatureVerifier?: SignatureVerifier;
}

type Request = Omit<SignatureRequest, 'manifest'> & { readonly manifest: SignatureRequest['manifest'] | undefined };

/** What candidates are worth. Where nobody can tell, they are worth nothing. */
export async function verifyCandidates(
  { signatureVerifier }: SignatureDeps,
  { manifest, ...request }: Request,
  options: CallOptions,
): Promise<SignatureVerdict> {
  if (!signatureVerifier) return { state: 'rejected', code: 'E_UNTRUSTED', reason: 'there is nothing here that can check signatures.' };
  return signatureVerifier.verify({ ...request, ...(manifest && { manifest }) }, options);
}
