import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { Digest } from '@ilab/core/adapter';
import { readSmallFile } from './read-small-file.ts';
import { untrusted } from './rejection.ts';

/** A key that a policy trusts. */
export interface TrustedKey {
  readonly key: KeyObject;
  /** sha256 over the SubjectPublicKeyInfo, DER. */
  readonly fingerprint: Digest;
  /** What signers write into bundles to tell which key it was. */
  readonly hints: readonly string[];
  /** Digests that signers use with it; null where the signature scheme has its own. */
  readonly digests: readonly (string | null)[];
}

const LEAST_RSA_BITS = 2048;
/** Model signing takes the digest of the curve's size, cosign sha256. */
const CURVES: Readonly<Record<string, readonly string[]>> = { prime256v1: ['sha256'], secp384r1: ['sha384', 'sha256'], secp521r1: ['sha512', 'sha256'] };

/** Reads PEM files of public keys. @throws Rejection naming the first that is none */
export async function readKeys(paths: readonly string[]): Promise<readonly TrustedKey[]> {
  return Promise.all(paths.map(readKey));
}

async function readKey(path: string): Promise<TrustedKey> {
  const pem = (await readSmallFile(path)).toString('latin1').trim();
  if (!/^-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----$/.test(pem)) throw untrusted(`${path} is no public key as PEM (“BEGIN PUBLIC KEY”).`);
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch {
    throw untrusted(`${path} is no public key that can be read.`);
  }
  const der = key.export({ type: 'spki', format: 'der' });
  const sha256 = createHash('sha256').update(der).digest();
  const ofPem = createHash('sha256')
    .update(key.export({ type: 'spki', format: 'pem' }))
    .digest('hex');
  const digests = digestsFor(key);
  if (!digests) throw untrusted(`${path} is a key of a kind that can’t be used: EC P-256, P-384 or P-521, Ed25519, or RSA from ${LEAST_RSA_BITS} bits.`);
  return { key, fingerprint: `sha256:${sha256.toString('hex')}`, hints: [ofPem, sha256.toString('base64'), sha256.toString('hex')], digests };
}

function digestsFor({ asymmetricKeyType, asymmetricKeyDetails: { namedCurve = '', modulusLength = 0 } = {} }: KeyObject): TrustedKey['digests'] | undefined {
  if (asymmetricKeyType === 'ed25519') return [null];
  if (asymmetricKeyType === 'ec') return CURVES[namedCurve];
  return asymmetricKeyType === 'rsa' && modulusLength >= LEAST_RSA_BITS ? ['sha256'] : undefined;
}

/** The first of the keys that made a signature. */
export function signerOf(
  keys: readonly TrustedKey[],
  { data, signature }: { readonly data: Uint8Array; readonly signature: Uint8Array },
): TrustedKey | undefined {
  return keys.find(({ key, digests }) => digests.some((digest) => isSignedWith(key, { digest, data, signature })));
}

function isSignedWith(
  key: KeyObject,
  { digest, data, signature }: { readonly digest: string | null; readonly data: Uint8Array; readonly signature: Uint8Array },
): boolean {
  try {
    return verify(digest, data, key, signature);
  } catch {
    return false;
  }
}
