import { createHash } from 'node:crypto';
import { type Certified, nameOf } from './certificate.ts';
import { inContext, integer, octets, oid, sequence, serial, set, time } from './der.ts';

const SHA256 = sequence(oid('2.16.840.1.101.3.4.2.1'));
const TST_INFO = oid('1.2.840.113549.1.9.16.1.4');

/** When a signature was made, by an authority (RFC 3161), as its answer. */
export function stamp(authority: Certified, { sig, at }: { readonly sig: Buffer; readonly at: Date }): Buffer {
  const imprint = sequence(SHA256, octets(createHash('sha256').update(sig).digest()));
  const info = sequence(integer(1), oid('1.3.6.1.4.1.57264.2'), imprint, integer(1), time(at));
  const digest = createHash('sha256').update(info).digest();
  const attributes = [sequence(oid('1.2.840.113549.1.9.3'), set(TST_INFO)), sequence(oid('1.2.840.113549.1.9.4'), set(octets(digest)))];
  const signature = authority.key.sign(set(...attributes));
  const signer = sequence(
    integer(1),
    sequence(nameOf(authority.issuer), serial(authority.serialNumber)),
    SHA256,
    inContext(0, ...attributes),
    sequence(oid('1.2.840.10045.4.3.2')),
    octets(signature),
  );
  const signed = sequence(integer(3), set(SHA256), sequence(TST_INFO, inContext(0, octets(info))), set(signer));
  return sequence(sequence(integer(0)), sequence(oid('1.2.840.113549.1.7.2'), inContext(0, signed)));
}
