import type { ModelInspection } from '@ilab/sdk';

type Verified = Extract<NonNullable<ModelInspection['signature']>, { readonly state: 'verified' }>;

/** `the key sha256:01…`, or `release@acme.example, as https://accounts.example says`. */
export function signerOf(signer: Verified['signer']): string {
  return 'key' in signer ? `the key ${signer.key}` : `${signer.subject}, as ${signer.issuer} says`;
}
