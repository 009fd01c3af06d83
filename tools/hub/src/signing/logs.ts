import { createHash } from 'node:crypto';
import { type Certified, extension, publicKeyOf } from './certificate.ts';
import { octets } from './der.ts';
import type { SigningKey } from './signing-key.ts';

const sha256 = (...data: readonly Uint8Array[]): Buffer => {
  const hash = createHash('sha256');
  for (const one of data) hash.update(one);
  return hash.digest();
};

export function logId(key: SigningKey): Buffer {
  return sha256(publicKeyOf(key));
}

/** Proof that a certificate was logged (RFC 6962, 3.2 and 3.3), as its extension. */
export function certificateProof(
  log: SigningKey,
  { precertificate, issuer, at }: { readonly precertificate: Buffer; readonly issuer: Certified; readonly at: Date },
): Buffer {
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(at.getTime()));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(precertificate.length);
  const signed = Buffer.concat([
    Buffer.from([0, 0]),
    time,
    Buffer.from([0, 1]),
    sha256(publicKeyOf(issuer.key)),
    length.subarray(1),
    precertificate,
    Buffer.from([0, 0]),
  ]);
  const signature = withLength(log.sign(signed));
  const proof = Buffer.concat([Buffer.from([0]), logId(log), time, Buffer.from([0, 0]), Buffer.from([4, 3]), signature]);
  return extension('1.3.6.1.4.1.11129.2.4.2', octets(withLength(withLength(proof))));
}

function withLength(content: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(content.length);
  return Buffer.concat([length, content]);
}

export interface LoggedSignature {
  readonly payload: Uint8Array;
  readonly sig: Buffer;
  readonly at: Date;
  readonly certificate: Certified;
}

/** The name of the transparency log. */
export const LOG_NAME = 'log.sigstore.example';

/** An entry of a transparency log that has no other (Rekor’s `dsse` 0.0.1), with the log's promise and its proof of inclusion. */
export function logEntry(log: SigningKey, { payload, sig, at, certificate }: LoggedSignature) {
  const verifier = Buffer.from(certificatePem(certificate)).toString('base64');
  const body = Buffer.from(
    JSON.stringify({
      apiVersion: '0.0.1',
      kind: 'dsse',
      spec: {
        // Of the envelope as it was uploaded, which is not what goes into bundles.
        envelopeHash: { algorithm: 'sha256', value: sha256(payload, sig).toString('hex') },
        payloadHash: { algorithm: 'sha256', value: sha256(payload).toString('hex') },
        signatures: [{ signature: sig.toString('base64'), verifier }],
      },
    }),
  );
  const integratedTime = Math.floor(at.getTime() / 1000);
  const promised = `{"body":"${body.toString('base64')}","integratedTime":${integratedTime},"logID":"${logId(log).toString('hex')}","logIndex":0}`;
  const root = sha256(Buffer.from([0]), body).toString('base64');
  const note = `${LOG_NAME}\n1\n${root}\n`;
  const signature = Buffer.concat([logId(log).subarray(0, 4), log.sign(Buffer.from(note))]).toString('base64');
  return {
    logIndex: '0',
    logId: { keyId: logId(log).toString('base64') },
    kindVersion: { kind: 'dsse', version: '0.0.1' },
    integratedTime: String(integratedTime),
    inclusionPromise: { signedEntryTimestamp: log.sign(Buffer.from(promised)).toString('base64') },
    inclusionProof: { logIndex: '0', rootHash: root, treeSize: '1', hashes: [], checkpoint: { envelope: `${note}\n\u2014 ${LOG_NAME} ${signature}\n` } },
    canonicalizedBody: body.toString('base64'),
  };
}

function certificatePem({ der }: Certified): string {
  return `-----BEGIN CERTIFICATE-----\n${(der.toString('base64').match(/.{1,64}/g) ?? []).join('\n')}\n-----END CERTIFICATE-----\n`;
}
