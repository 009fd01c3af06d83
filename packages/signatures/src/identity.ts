import { createHash, X509Certificate } from 'node:crypto';
import type { SignerIdentity } from '@ilab/core/adapter';
import { bundleFromJSON } from '@sigstore/bundle';
import type { TrustedRoot } from '@sigstore/protobuf-specs';
import { type SignedEntity, toSignedEntity, toTrustMaterial, VerificationError, Verifier } from '@sigstore/verify';
import type { Bundle } from './bundle.ts';
import { checkProofs } from './log-entries.ts';
import { Rejection, untrusted, wrong } from './rejection.ts';

/** Whose signatures a policy trusts, and who may vouch for them. */
export interface IdentityTrust {
  readonly identities: readonly SignerIdentity[];
  readonly root: TrustedRoot;
}

type SignatureContent = SignedEntity['signature'];

const CODE_SIGNING = '1.3.6.1.5.5.7.3.3';

/**
 * Checks a signature by certificate: that the certificate is from a trusted authority and was logged, that it was good when the signature
 * was made, that the signature was logged or stamped, as far as the trusted root has such logs and stampers, and whose it is.
 * @throws Rejection
 */
export function verifyIdentity(bundle: Bundle, { identities, root, data }: IdentityTrust & { /** What was signed. */ readonly data: Buffer }): SignerIdentity {
  checkProofs(bundle.json);
  try {
    const entity = toSignedEntity(bundleFromJSON(bundle.json), data);
    const { identity } = new Verifier(toTrustMaterial({ ...root, tlogs: logsInForce(root, entity) }), {
      ctlogThreshold: root.ctlogs.length > 0 ? 1 : 0,
      tlogThreshold: root.tlogs.length > 0 ? 1 : 0,
      timestampThreshold: 1,
    }).verify({ ...entity, signature: contentOf(bundle, { content: entity.signature, data }) });
    return whoOf(bundle, { identities, issuer: identity?.extensions?.issuer, subject: identity?.subjectAlternativeName });
  } catch (error) {
    if (error instanceof Rejection) throw error;
    throw rejected(error);
  }
}

/**
 * The logs that were in force at every time that a signature claims. What a log promised is held against its time by the library; a
 * checkpoint has none, so that the key of a log that was retired could sign one for ever.
 */
function logsInForce({ tlogs }: TrustedRoot, { timestamps }: SignedEntity): TrustedRoot['tlogs'] {
  const times = timestamps.map((one) =>
    one.$case === 'timestamp-authority' ? one.timestamp.signingTime : new Date(Number(one.tlogEntry.integratedTime) * 1000),
  );
  return tlogs.filter(({ publicKey }) => {
    const { start, end } = publicKey?.validFor ?? {};
    return times.every((time) => start !== undefined && start <= time && (end === undefined || time <= end));
  });
}

/**
 * What was signed, for the library to hold against the log: an envelope is logged there by its payload, or (by Rekor 2) by the very bytes
 * that were signed, which version 3 of the library does not know.
 */
function contentOf({ content: { kind } }: Bundle, { content, data }: { readonly content: SignatureContent; readonly data: Buffer }): SignatureContent {
  if (kind !== 'dsse') return content;
  const signed = createHash('sha256').update(data).digest();
  return {
    signature: content.signature,
    compareDigest: (digest) => content.compareDigest(digest) || signed.equals(digest),
    compareSignature: (signature) => content.compareSignature(signature),
    verifySignature: (key) => content.verifySignature(key),
  };
}

type Claimed = Pick<IdentityTrust, 'identities'> & { readonly issuer: string | undefined; readonly subject: string | undefined };

/** Whose the certificate is, compared exactly: with one name in it, of a form that has no second reading. */
function whoOf({ material }: Bundle, { identities, issuer, subject }: Claimed): SignerIdentity {
  if (material.kind !== 'certificate') throw wrong('it brings no certificate.');
  const { keyUsage = [], subjectAltName } = new X509Certificate(material.der);
  if (!keyUsage.includes(CODE_SIGNING)) throw untrusted('its certificate is not for signing.');
  const found = identities.find((one) => one.issuer === issuer && one.subject === subject);
  // The library reads names as ASCII and drops the eighth bit, so that another name could look like this one.
  if (found && [`email:${found.subject}`, `URI:${found.subject}`].includes(subjectAltName ?? '') && material.der.includes(found.issuer)) {
    return { issuer: found.issuer, subject: found.subject };
  }
  throw untrusted(`it is by ${subject ?? 'nobody'}, as ${issuer ?? 'nobody'} says, and the policy trusts others.`);
}

/** What says that the signature or the log is of something else; all the rest is a matter of trust. */
const OF_SOMETHING_ELSE: readonly string[] = ['SIGNATURE_ERROR', 'TLOG_BODY_ERROR'];

function rejected(error: unknown): Rejection {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof VerificationError && OF_SOMETHING_ELSE.includes(error.code) ? 'E_INTEGRITY' : 'E_UNTRUSTED';
  return new Rejection(code, `it can’t be proved: ${message.slice(0, 200)}.`);
}
