import {
  type CallOptions,
  type PluginVerdict,
  type PluginVerifier,
  type PluginVerifierRequest,
  SIGNATURE_FILE,
  type SignatureRequest,
  type TrustFile,
  type VerifierPolicy,
} from '@ilab/core';
import type { VerifierManifest } from '@ilab/plugin-api';

/** Of everything that crosses to a verifier: what a message of the channel holds, with room for the files' names. */
const MOST_BYTES = 24 * 1024 * 1024;

export interface VerifierToAsk {
  readonly manifest: VerifierManifest;
  /** Starts its process, if it does not run yet. */
  readonly open: () => Promise<PluginVerifier>;
  readonly policy: VerifierPolicy;
  readonly trust: readonly TrustFile[];
}

/** Asks one verifier of a policy. Where there is nothing that it could look at, it is not even started. */
export async function askVerifier(
  { manifest: { verifier, mediaTypes = [] }, open, policy, trust }: VerifierToAsk,
  { manifest, files, candidates }: SignatureRequest,
  options: CallOptions,
): Promise<PluginVerdict> {
  const its = candidates.filter(({ name, mediaType }) => name === SIGNATURE_FILE || mediaTypes.includes(mediaType));
  if (its.length === 0) return { state: 'unsigned' };
  if (sizeOf(its) + sizeOf(trust) > MOST_BYTES) {
    return { state: 'rejected', code: 'E_UNTRUSTED', reason: `what could be signatures is more than the verifier ${verifier} can be given.` };
  }
  const request: PluginVerifierRequest = { files, candidates: its, signers: policy.signers, trust, ...(manifest && { manifest }) };
  const verdict = await (await open()).verify(request, options);
  return verdict.state === 'rejected' ? { ...verdict, reason: `${verifier}: ${verdict.reason}` } : verdict;
}

function sizeOf(parts: readonly { readonly content: Uint8Array }[]): number {
  return parts.reduce((sum, { content }) => sum + content.length, 0);
}
