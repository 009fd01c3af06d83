import type { Attachment, OwnSigner, SignatureRequest, SignatureVerdict, SignatureVerifier, SignerIdentity } from '@ilab/core/adapter';
import { readKeys } from './public-key.ts';
import { readSmallFile } from './read-small-file.ts';
import { Rejection, untrusted } from './rejection.ts';
import { type Trust, verifyCandidate } from './verify-candidate.ts';

const MOST_CANDIDATES = 128;

/** Checks signatures with what a policy names, and nothing else: no network, and no trust that comes along with a signature. */
export function createSignatureVerifier(): SignatureVerifier {
  return {
    async verify(request, { signal }) {
      let best: Rejection | undefined;
      try {
        const trust = await trustOf(request);
        for (const candidate of request.candidates.slice(0, MOST_CANDIDATES)) {
          signal?.throwIfAborted();
          const found = await judge(candidate, { trust, request });
          if (found && 'state' in found) return found;
          if (found && best?.code !== 'E_INTEGRITY') best = found.code === 'E_INTEGRITY' ? found : (best ?? found);
        }
      } catch (error) {
        best = rejectionOf(error);
      }
      return best ? { state: 'rejected', code: best.code, reason: best.message } : { state: 'unsigned' };
    },

    async trusts(policy, signer) {
      try {
        if ('vouched' in signer || (policy.verifiers ?? []).length > 0) return false;
        if (!('key' in signer)) {
          // Whoever takes the root away takes its trust away.
          if (policy.trustedRoot !== undefined) await readSmallFile(policy.trustedRoot);
          return policy.trustedRoot !== undefined && policy.identities.some((one) => isSame(one, signer));
        }
        return (await readKeys(policy.keys)).some(({ fingerprint }) => fingerprint === signer.key);
      } catch (error) {
        rejectionOf(error);
        return false;
      }
    },
  };
}

async function trustOf({ policy: { keys, identities, trustedRoot, verifiers = [] } }: SignatureRequest): Promise<Trust> {
  if (verifiers.length > 0) throw untrusted('the policy names verifiers of plugins, and nobody here can ask them.');
  if (keys.length + identities.length === 0) throw untrusted('the policy names neither keys nor identities.');
  const read = await readKeys(keys);
  if (identities.length === 0) return { keys: read };
  if (trustedRoot === undefined) throw untrusted('the policy names identities, and no trusted_root.');
  const { readTrustedRoot } = await import('./trusted-root.ts');
  return { keys: read, byIdentity: { identities, root: await readTrustedRoot(trustedRoot) } };
}

type Context = { readonly trust: Trust; readonly request: SignatureRequest };

/** @returns undefined for what is no signature of a model */
async function judge(candidate: Attachment, context: Context): Promise<Extract<SignatureVerdict, { state: 'verified' }> | Rejection | undefined> {
  try {
    const found = await verifyCandidate(candidate, context);
    return found && { state: 'verified', from: candidate.name, ...found };
  } catch (error) {
    const { code, message } = rejectionOf(error);
    return new Rejection(code, `of ${candidate.name}: ${message}`);
  }
}

function rejectionOf(error: unknown): Rejection {
  if (error instanceof Rejection) return error;
  throw error;
}

function isSame(one: SignerIdentity, other: Extract<OwnSigner, SignerIdentity>): boolean {
  return one.issuer === other.issuer && one.subject === other.subject;
}
