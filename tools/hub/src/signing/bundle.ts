import type { SigningKey } from './signing-key.ts';

export const BUNDLE_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';
export const STATEMENT_TYPE = 'application/vnd.in-toto+json';

/** What signs: a key, or whoever brings a certificate and proofs. */
export interface Signature {
  readonly verificationMaterial: object;
  readonly sig: Buffer;
}

/** DSSE's encoding of what is signed. */
export function encode(payload: Uint8Array, payloadType: string = STATEMENT_TYPE): Buffer {
  return Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `), payload]);
}

/** A bundle around a statement, as JSON that a test can still change. */
export function bundleOf(payload: Uint8Array, { verificationMaterial, sig }: Signature, payloadType: string = STATEMENT_TYPE) {
  return {
    mediaType: BUNDLE_TYPE,
    verificationMaterial,
    dsseEnvelope: { payload: Buffer.from(payload).toString('base64'), payloadType, signatures: [{ sig: sig.toString('base64'), keyid: '' }] },
  };
}

export type BundleJson = ReturnType<typeof bundleOf>;

/** Signs a statement by key. */
export function signStatement(statement: object, key: SigningKey): BundleJson {
  const payload = Buffer.from(JSON.stringify(statement));
  return bundleOf(payload, { verificationMaterial: { publicKey: { hint: key.hint }, tlogEntries: [] }, sig: key.sign(encode(payload)) });
}
