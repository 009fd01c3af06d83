import { createHash } from 'node:crypto';
import { digestParts, type SignatureRequest } from '@ilab/core/adapter';
import { objectOf, readObject, textOf } from './read-json.ts';
import { untrusted, wrong } from './rejection.ts';
import type { Statement } from './statement.ts';

/** What cosign 3 calls its signatures; other predicates are attestations, which say something of a manifest and don't approve of it. */
export const COSIGN_SIGN = 'https://sigstore.dev/cosign/sign/v1';
export const SIMPLE_SIGNING = 'application/vnd.dev.cosign.simplesigning.v1+json';

const SIMPLE_SIGNING_TYPE = 'cosign container image signature';

type Manifest = NonNullable<SignatureRequest['manifest']>;

/** @throws Rejection when there is none, or it is not the one that its digest says */
export function manifestBytes(manifest: Manifest | undefined): Buffer {
  if (!manifest) throw untrusted('it signs a manifest, and this model comes without one.');
  const bytes = Buffer.from(manifest.content);
  const { algorithm, hex } = digestParts(manifest.digest);
  if (algorithm === 'git-sha1' || createHash(algorithm).update(bytes).digest('hex') !== hex) throw wrong('the manifest is not the one that its digest names.');
  return bytes;
}

/** @throws Rejection unless a statement is about a manifest */
export function compareSubject({ digest }: Statement, manifest: Manifest | undefined): void {
  manifestBytes(manifest);
  const { algorithm, hex } = digestParts(manifest?.digest ?? 'sha256:');
  if (Object.keys(digest).join() !== algorithm) throw untrusted(`its subject has to have a ${algorithm} digest, and no other.`);
  if (digest[algorithm] !== hex) throw wrong('it signs another manifest.');
}

/** Cosign's older payload (signature spec, “Simple Signing”). @throws Rejection unless it is about a manifest */
export function compareSimple(payload: Uint8Array, manifest: Manifest | undefined): void {
  manifestBytes(manifest);
  const critical = objectOf(readObject(payload, 'what it signs'), 'critical');
  if (textOf(critical, 'type') !== SIMPLE_SIGNING_TYPE) throw untrusted('it signs something else than a container image.');
  if (textOf(objectOf(critical, 'image'), 'docker-manifest-digest') !== manifest?.digest) throw wrong('it signs another manifest.');
}
