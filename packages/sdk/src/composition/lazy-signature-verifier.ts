import type { SignatureVerifier } from '@ilab/core';

/** Checks signatures; what it needs for that is loaded when the first is to be checked. */
export function createLazySignatureVerifier(): SignatureVerifier {
  let loaded: Promise<SignatureVerifier> | undefined;
  const verifier = (): Promise<SignatureVerifier> => {
    loaded ??= import('@ilab/signatures').then(({ createSignatureVerifier }) => createSignatureVerifier());
    return loaded;
  };
  return {
    verify: async (request, options) => (await verifier()).verify(request, options),
    trusts: async (policy, signer, options) => (await verifier()).trusts(policy, signer, options),
  };
}
