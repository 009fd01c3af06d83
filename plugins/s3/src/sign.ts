import { AwsV4Signer } from 'aws4fetch';
import type { Keys } from './credentials/keys.ts';

/** The sha256 of a body that is none. */
const NOTHING = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** A request without a body. */
export interface Unsigned {
  readonly method: 'GET' | 'HEAD';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly region: string;
}

/** Milliseconds that a signature counts for: a third less than the quarter of an hour that servers give it. */
export const SIGNATURE_LASTS: number = 10 * 60 * 1000;

/**
 * Signs a request (AWS Signature Version 4), for its host, method, address and headers. Who has no keys asks without a name.
 * @returns all its headers
 */
export async function sign({ method, url, headers, region }: Unsigned, keys: Keys | undefined): Promise<Readonly<Record<string, string>>> {
  if (!keys) return headers;
  const { accessKeyId, secretAccessKey, sessionToken } = keys;
  const signer = new AwsV4Signer({
    method,
    url,
    headers: { ...headers, 'x-amz-content-sha256': NOTHING },
    accessKeyId,
    secretAccessKey,
    ...(sessionToken !== undefined && { sessionToken }),
    service: 's3',
    region,
  });
  return Object.fromEntries((await signer.sign()).headers);
}
