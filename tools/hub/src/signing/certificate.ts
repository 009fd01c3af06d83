import { createHash, randomBytes } from 'node:crypto';
import { bits, inContext, integer, named, octets, oid, sequence, serial, set, shortTime, tlv, utf8, yes } from './der.ts';
import type { SigningKey } from './signing-key.ts';

/** A certificate, and the key that it is for. */
export interface Certified {
  readonly name: string;
  readonly issuer: string;
  readonly der: Buffer;
  readonly key: SigningKey;
  readonly serialNumber: Buffer;
}

export interface CertificateRequest {
  readonly name: string;
  readonly key: SigningKey;
  readonly from: Date;
  readonly to: Date;
  readonly extensions: readonly Buffer[];
  /** Makes one more extension of the certificate that lacks it: a proof that it was logged. */
  readonly logged?: (precertificate: Buffer) => Buffer;
}

const ECDSA_SHA256 = sequence(oid('1.2.840.10045.4.3.2'));

/** Certifies a key (RFC 5280); without an issuer, by itself. */
export function certify({ name, key, from, to, extensions, logged }: CertificateRequest, issuer?: Certified): Certified {
  const serialNumber = Buffer.concat([Buffer.from([1]), randomBytes(8)]);
  const tbs = (list: readonly Buffer[]): Buffer =>
    sequence(
      inContext(0, integer(2)),
      serial(serialNumber),
      ECDSA_SHA256,
      nameOf(issuer?.name ?? name),
      sequence(shortTime(from), shortTime(to)),
      nameOf(name),
      publicKeyOf(key),
      inContext(3, sequence(...list)),
    );
  const all = [...extensions, extension('2.5.29.14', octets(keyId(key))), ...(issuer ? [extension('2.5.29.35', sequence(named(0, keyId(issuer.key))))] : [])];
  const whole = tbs(logged ? [...all, logged(tbs(all))] : all);
  const der = sequence(whole, ECDSA_SHA256, bits((issuer?.key ?? key).sign(whole)));
  return { name, issuer: issuer?.name ?? name, der, key, serialNumber };
}

export function extension(id: string, value: Uint8Array, { isCritical = false } = {}): Buffer {
  return sequence(oid(id), ...(isCritical ? [yes()] : []), octets(value));
}

/** Of an authority. */
export function authorityExtensions(): readonly Buffer[] {
  return [extension('2.5.29.19', sequence(yes()), { isCritical: true }), extension('2.5.29.15', bits(Buffer.from([0x06]), 1), { isCritical: true })];
}

export const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';

/** Of who signs or stamps (RFC 3161, 2.3: a stamper's purpose is critical). */
export function usageExtensions(purpose: string): readonly Buffer[] {
  return [
    extension('2.5.29.15', bits(Buffer.from([0x80]), 7), { isCritical: true }),
    extension('2.5.29.37', sequence(oid(purpose)), { isCritical: purpose === TIME_STAMPING }),
  ];
}

/** What Fulcio puts into certificates: whose they are, and who said so. */
export function identityExtensions({ issuer, subject }: { readonly issuer: string; readonly subject: string | Uint8Array }): readonly Buffer[] {
  const isAddress = typeof subject !== 'string' || subject.includes('@');
  const name = tlv(isAddress ? 0x81 : 0x86, Buffer.from(subject));
  return [
    extension('2.5.29.17', sequence(name), { isCritical: true }),
    extension('1.3.6.1.4.1.57264.1.1', Buffer.from(issuer)),
    extension('1.3.6.1.4.1.57264.1.8', utf8(issuer)),
  ];
}

/** A signer has none but the one in the extension. */
export function nameOf(name: string): Buffer {
  return name === '' ? sequence() : sequence(set(sequence(oid('2.5.4.3'), utf8(name))));
}

export function publicKeyOf({ publicKey }: SigningKey): Buffer {
  return publicKey.export({ type: 'spki', format: 'der' });
}

function keyId(key: SigningKey): Buffer {
  return createHash('sha1').update(publicKeyOf(key)).digest();
}
