import { untrusted, wrong } from './rejection.ts';
import { bytesOf, isObject, type Json, listOf, objectOf, readObject, textOf } from './read-json.ts';

export const BUNDLE = 'application/vnd.dev.sigstore.bundle.v0.3+json';
/** As the same version was called at first. */
const OLDER_NAME = 'application/vnd.dev.sigstore.bundle+json;version=0.3';
/** More than any signer writes; each costs a signature check. */
const MOST_PROOFS = 8;

/** A Sigstore bundle (sigstore_bundle.proto, v0.3), as far as it is the same for keys and identities. */
export interface Bundle {
  /** As it was, for whoever checks certificates and logs. */
  readonly json: Json;
  /** By a key, perhaps with a hint which; or by a certificate. */
  readonly material: { readonly kind: 'key'; readonly hint: string } | { readonly kind: 'certificate'; readonly der: Buffer };
  readonly signature: Buffer;
  readonly content: { readonly kind: 'dsse'; readonly payload: Buffer; readonly payloadType: string } | { readonly kind: 'message'; readonly sha256: string };
}

/** @throws Rejection */
export function readBundle(bytes: Uint8Array): Bundle {
  const json = readObject(bytes, 'it');
  const mediaType = textOf(json, 'mediaType');
  if (mediaType !== BUNDLE && mediaType !== OLDER_NAME) throw untrusted(`it is of the type “${mediaType.slice(0, 100)}”, and only ${BUNDLE} can be checked.`);
  const material = readMaterial(objectOf(json, 'verificationMaterial'));
  const { dsseEnvelope, messageSignature } = json;
  if (isObject(dsseEnvelope) && messageSignature === undefined) return { json, material, ...readEnvelope(dsseEnvelope) };
  if (isObject(messageSignature) && dsseEnvelope === undefined) return { json, material, ...readMessage(messageSignature) };
  throw wrong('it is damaged: it has to hold one signed thing.');
}

function readMaterial(json: Json): Bundle['material'] {
  const { publicKey, certificate, x509CertificateChain, tlogEntries, timestampVerificationData } = json;
  if (x509CertificateChain !== undefined) throw untrusted('it brings a chain of certificates, which a bundle v0.3 has not.');
  const stamps = isObject(timestampVerificationData) ? timestampVerificationData['rfc3161Timestamps'] : undefined;
  for (const list of [tlogEntries, stamps]) {
    if (Array.isArray(list) && list.length > MOST_PROOFS) throw wrong(`it has more than ${MOST_PROOFS} log entries or timestamps.`);
  }
  if (isObject(publicKey) && certificate === undefined) {
    const { hint = '' } = publicKey;
    if (typeof hint !== 'string') throw wrong('it is damaged: “hint” is no text.');
    return { kind: 'key', hint };
  }
  if (isObject(certificate) && publicKey === undefined) return { kind: 'certificate', der: bytesOf(certificate, 'rawBytes') };
  throw wrong('it is damaged: it does not say what it was signed with.');
}

function readEnvelope(json: Json): Pick<Bundle, 'signature' | 'content'> {
  const [signature, ...others] = listOf(json, 'signatures');
  // With several it would be open which of them counts.
  if (!isObject(signature) || others.length > 0) throw wrong('it has to hold exactly one signature.');
  return { signature: bytesOf(signature, 'sig'), content: { kind: 'dsse', payload: bytesOf(json, 'payload'), payloadType: textOf(json, 'payloadType') } };
}

function readMessage(json: Json): Pick<Bundle, 'signature' | 'content'> {
  const digest = objectOf(json, 'messageDigest');
  const algorithm = textOf(digest, 'algorithm');
  if (algorithm !== 'SHA2_256') throw untrusted(`its digest is ${algorithm.slice(0, 40)}, and only SHA2_256 can be checked.`);
  return { signature: bytesOf(json, 'signature'), content: { kind: 'message', sha256: bytesOf(digest, 'digest').toString('hex') } };
}

/** What a DSSE signature is made over (DSSE 1.0, “PAE”). */
export function preAuthEncoding({ payload, payloadType }: { readonly payload: Buffer; readonly payloadType: string }): Buffer {
  return Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `), payload]);
}
