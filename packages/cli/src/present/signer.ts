import type { ModelInspection } from '@ilab/sdk';

type Verified = Extract<NonNullable<ModelInspection['signature']>, { readonly state: 'verified' }>;

/** `the key sha256:01…`, or `release@acme.example, as https://accounts.example says`. */
export function signerOf(signer: Verified['signer']): string {
  if ('key' in signer) return `the key ${signer.key}`;
  if ('subject' in signer) return `${signer.subject}, as ${signer.issuer} says`;
  const { own, vouched } = signer;
  return [...(own ? [signerOf(own)] : []), ...vouched.map(({ verifier, signer: name }) => `${name}, as the verifier ${verifier} says`)].join(' and ');
}
