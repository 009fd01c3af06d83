import { type BundleJson, bundleOf, encode } from './bundle.ts';
import { authorityExtensions, type Certified, certify, identityExtensions, publicKeyOf, TIME_STAMPING, usageExtensions } from './certificate.ts';
import { certificateProof, LOG_NAME, logEntry, logId } from './logs.ts';
import { makeKey, type SigningKey } from './signing-key.ts';
import { stamp } from './timestamp.ts';

const CODE_SIGNING = '1.3.6.1.5.5.7.3.3';
const YEAR = 365 * 24 * 3600 * 1000;
const MINUTE = 60 * 1000;

/** How somebody signs without a key of their own. */
export interface IdentitySigning {
  readonly issuer: string;
  /** An address or a URI; bytes where they are to be no text. */
  readonly subject: string | Uint8Array;
  /** When; default now. */
  readonly at?: Date;
  /** Minutes between the making of the certificate and the signature; it lives for ten. Default one. */
  readonly age?: number;
  /** Which proofs come along; default all that there are. */
  readonly proofs?: readonly ('certificate log' | 'log' | 'stamp')[];
  /** What the certificate is for; default code signing. */
  readonly purpose?: string;
}

/** A Sigstore of one's own: an authority, logs of certificates and signatures, and one who stamps. */
export interface Sigstore {
  /** As `trusted_root.json`; parts of it can be taken out. */
  readonly trustedRoot: Readonly<Record<'certificateAuthorities' | 'ctlogs' | 'tlogs' | 'timestampAuthorities', readonly object[]>> & {
    readonly mediaType: string;
  };
  sign(statement: object, signing: IdentitySigning): BundleJson;
}

export function makeSigstore(): Sigstore {
  const [from, to] = [new Date(Date.now() - YEAR), new Date(Date.now() + YEAR)];
  const root = certify({ name: 'authority', key: makeKey(), from, to, extensions: authorityExtensions() });
  const stamper = certify({ name: 'stamper', key: makeKey(), from, to, extensions: usageExtensions(TIME_STAMPING) }, root);
  const [certificates, signatures] = [makeKey(), makeKey()];
  const validFor = { start: from.toISOString() };
  const log = (key: SigningKey): object => ({
    baseUrl: `https://${LOG_NAME}`,
    hashAlgorithm: 'SHA2_256',
    publicKey: { rawBytes: publicKeyOf(key).toString('base64'), keyDetails: 'PKIX_ECDSA_P256_SHA_256', validFor },
    logId: { keyId: logId(key).toString('base64') },
  });
  const chain = (...chained: readonly Certified[]): object => ({
    subject: { organization: 'sigstore.example', commonName: chained[0]?.name },
    uri: 'https://sigstore.example',
    certChain: { certificates: chained.map(({ der }) => ({ rawBytes: der.toString('base64') })) },
    validFor,
  });
  return {
    trustedRoot: {
      mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
      certificateAuthorities: [chain(root)],
      ctlogs: [log(certificates)],
      tlogs: [log(signatures)],
      timestampAuthorities: [chain(stamper, root)],
    },
    sign(statement, { issuer, subject, at = new Date(), age = 1, proofs = ['certificate log', 'log', 'stamp'], purpose = CODE_SIGNING }) {
      const made = new Date(at.getTime() - age * MINUTE);
      const certificate = certify(
        {
          name: '',
          key: makeKey(),
          from: made,
          to: new Date(made.getTime() + 10 * MINUTE),
          extensions: [...usageExtensions(purpose), ...identityExtensions({ issuer, subject })],
          ...(proofs.includes('certificate log') && {
            logged: (precertificate: Buffer) => certificateProof(certificates, { precertificate, issuer: root, at: made }),
          }),
        },
        root,
      );
      const payload = Buffer.from(JSON.stringify(statement));
      const sig = certificate.key.sign(encode(payload));
      const verificationMaterial = {
        certificate: { rawBytes: certificate.der.toString('base64') },
        tlogEntries: proofs.includes('log') ? [logEntry(signatures, { payload, sig, at, certificate })] : [],
        timestampVerificationData: { rfc3161Timestamps: proofs.includes('stamp') ? [{ signedTimestamp: stamp(stamper, { sig, at }).toString('base64') }] : [] },
      };
      return bundleOf(payload, { verificationMaterial, sig });
    },
  };
}
