import { createHash } from 'node:crypto';

/** Parameters of signatures, which do not make another file of it; those that a daemon knows by itself. */
const FILTERED = /^(?:X-Amz-|X-Goog-|OSSAccessKeyId$|Expires$|Signature$|SecurityToken$|AccessKeyId$|X-Obs-|q-)/;

/** What a daemon calls an address: the digest of a blob of OCI, whatever registry has it; else a hash of the address. */
export function taskId(url: string): string {
  const [, digest] = /\/v2\/.+\/blobs\/sha256:([0-9a-f]{64})$/.exec(url) ?? [];
  if (digest !== undefined) return digest;
  const filtered = new URL(url);
  for (const name of [...filtered.searchParams.keys()]) if (FILTERED.test(name)) filtered.searchParams.delete(name);
  return createHash('sha256').update(filtered.href).update('STANDARD').digest('hex');
}
