import { createHash } from 'node:crypto';
import { type Attachment, type OwnSigner, SIGNATURE_FILE, type SignatureRequest } from '@ilab/core/adapter';
import { type Bundle, BUNDLE, readBundle } from './bundle.ts';
import { COSIGN_SIGN, compareSimple, compareSubject, manifestBytes, SIMPLE_SIGNING } from './manifest-signing.ts';
import type { IdentityTrust } from './identity.ts';
import { compareFiles, MODEL_SIGNING } from './model-signing.ts';
import { signerOf, type TrustedKey } from './public-key.ts';
import { bytesOf } from './read-json.ts';
import { untrusted, wrong } from './rejection.ts';
import { readStatement, signedBytes } from './statement.ts';

/** What a policy trusts, read. */
export interface Trust {
  readonly keys: readonly TrustedKey[];
  /** Absent: identities are not trusted. */
  readonly byIdentity?: IdentityTrust;
}

interface Verified {
  readonly signer: OwnSigner;
  readonly covers: 'manifest' | 'files';
}

type Context = { readonly trust: Trust; readonly request: Pick<SignatureRequest, 'manifest' | 'files'> };

/**
 * Checks one candidate: first who signed, then whether it is this model that was signed.
 * @returns undefined for what is no signature of a model, such as an attestation
 * @throws Rejection
 */
export async function verifyCandidate(candidate: Attachment, context: Context): Promise<Verified | undefined> {
  const { mediaType, content } = candidate;
  if (mediaType === SIMPLE_SIGNING) return verifySimple(candidate, context);
  if (mediaType !== BUNDLE) return undefined;
  const bundle = readBundle(content);
  const isFile = candidate.name === SIGNATURE_FILE;
  if (bundle.content.kind === 'dsse') return verifyStatement(bundle, { ...context, isFile });
  // A model can't hold a signature of the manifest that names its files.
  if (isFile) throw untrusted(`it signs bare bytes, and not a ${MODEL_SIGNING}.`);
  return verifyMessage(bundle, context);
}

async function verifyStatement(bundle: Bundle, { isFile, trust, request }: Context & { readonly isFile: boolean }): Promise<Verified | undefined> {
  if (bundle.content.kind !== 'dsse') return undefined;
  const statement = readStatement(bundle.content);
  const { predicateType } = statement;
  // A model can't hold a signature of the manifest that names its files.
  const isOfManifest = predicateType === COSIGN_SIGN && !isFile;
  if (predicateType !== MODEL_SIGNING && !isOfManifest) {
    if (!isFile) return undefined;
    throw untrusted(`it signs a “${predicateType.slice(0, 100)}”, and not ${MODEL_SIGNING}.`);
  }
  const signer = await whoSigned(bundle, { trust, data: signedBytes(bundle.content) });
  if (isOfManifest) compareSubject(statement, request.manifest);
  else compareFiles(statement, request.files);
  return { signer, covers: isOfManifest ? 'manifest' : 'files' };
}

/** A signature over the manifest's own bytes. */
async function verifyMessage(bundle: Bundle, { trust, request }: Context): Promise<Verified> {
  const data = manifestBytes(request.manifest);
  if (bundle.content.kind !== 'message' || bundle.content.sha256 !== createHash('sha256').update(data).digest('hex')) throw wrong('it signs another manifest.');
  return { signer: await whoSigned(bundle, { trust, data }), covers: 'manifest' };
}

async function whoSigned(bundle: Bundle, { trust, data }: { readonly trust: Trust; readonly data: Buffer }): Promise<OwnSigner> {
  const { material, signature } = bundle;
  if (material.kind === 'certificate') {
    if (!trust.byIdentity) throw untrusted('it is by an identity, and the policy trusts keys only.');
    const { verifyIdentity } = await import('./identity.ts');
    return verifyIdentity(bundle, { ...trust.byIdentity, data });
  }
  return byKey({ keys: trust.keys, data, signature, hint: material.hint });
}

function byKey({
  keys,
  hint,
  ...signed
}: Pick<Trust, 'keys'> & { readonly hint: string; readonly data: Uint8Array; readonly signature: Uint8Array }): OwnSigner {
  if (keys.length === 0) throw untrusted('it is by a key, and the policy trusts identities only.');
  const key = signerOf(keys, signed);
  if (key) return { key: key.fingerprint };
  if (keys.some(({ hints }) => hints.includes(hint))) throw wrong('it says that it is by a key of the policy, and is not.');
  throw untrusted('it was made by none of the keys of the policy, or changed afterwards.');
}

/** Cosign's older signatures: by key alone, since what they bring of an identity is in a form of its own. */
async function verifySimple({ content, annotations }: Attachment, { trust, request }: Context): Promise<Verified> {
  if (annotations['dev.sigstore.cosign/certificate'] !== undefined) throw untrusted('it is by an identity in cosign’s older form. Sign again with cosign 3.');
  const signature = bytesOf(annotations, 'dev.cosignproject.cosign/signature');
  const signer = byKey({ keys: trust.keys, data: content, signature, hint: '' });
  compareSimple(content, request.manifest);
  return { signer, covers: 'manifest' };
}
