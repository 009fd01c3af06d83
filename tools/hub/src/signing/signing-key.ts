import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** The kinds of keys that sign models. */
export type KeyKind = 'P-256' | 'P-384' | 'P-521' | 'Ed25519' | 'RSA';

export interface SigningKey {
  /** SubjectPublicKeyInfo as PEM: what a policy names. */
  readonly publicPem: string;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
  /** What `model_signing` writes into a bundle to tell which key it was. */
  readonly hint: string;
  sign(data: Uint8Array, digest?: string): Buffer;
}

const DIGESTS: Readonly<Record<KeyKind, string | null>> = { 'P-256': 'sha256', 'P-384': 'sha384', 'P-521': 'sha512', Ed25519: null, RSA: 'sha256' };

export function makeKey(kind: KeyKind = 'P-256'): SigningKey {
  const { publicKey, privateKey } = generate(kind);
  const publicPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  return {
    publicPem,
    publicKey,
    privateKey,
    hint: createHash('sha256').update(publicPem).digest('hex'),
    sign: (data, digest) => sign(digest ?? DIGESTS[kind], data, privateKey),
  };
}

function generate(kind: KeyKind): { readonly publicKey: KeyObject; readonly privateKey: KeyObject } {
  if (kind === 'Ed25519') return generateKeyPairSync('ed25519');
  return kind === 'RSA' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ec', { namedCurve: kind });
}
