import { type BlobLocation, digestParts, isLoopback, type RemoteBlob } from '@ilab/core';
import type { Carrier } from './open-carriers.ts';

/** Where a carrier is asked for a blob, and whether that lacks what the registry itself would be asked with. */
export interface CarriedLocation {
  readonly location: BlobLocation;
  readonly isStripped: boolean;
}

/** What is for an origin. Any other header may mean something to the daemon itself, such as where to write. */
const CREDENTIAL = /^(?:authorization|x-amz-[a-z0-9-]+)$/i;
const CONDITION = /^if-match$/i;

/**
 * Where a carrier is asked for a blob; undefined where it is not to be.
 *
 * Headers of a location, but for a condition, are credentials, and go along for hosts that the user trusts the carrier with, only. For others it is asked without them, as
 * anybody may ask for what is public. A query may be a signature, and an address that has one is a credential by itself: it goes to no carrier unless
 * its host is trusted. Nor does one on this machine, which is another machine for the daemons that a carrier asks; nor what nothing can be held against.
 */
export function carriedLocation(carrier: Carrier, location: BlobLocation, { size, digest }: Pick<RemoteBlob, 'size' | 'digest'>): CarriedLocation | undefined {
  const url = URL.parse(location.url);
  if (!url || size < carrier.least || digestParts(digest).algorithm === 'etag') return undefined;
  const isTrusted = carrier.trustedHosts.includes(url.host);
  if (!isTrusted && (url.search !== '' || isLoopback(url.hostname))) return undefined;
  const sent = Object.entries(location.headers).filter(([name]) => CONDITION.test(name) || (isTrusted && CREDENTIAL.test(name)));
  const own = Object.entries(carrier.headers).map(([name, value]) => [name, value.replaceAll('{origin}', url.origin)] as const);
  return {
    location: {
      ...location,
      url: `${carrier.address}${url.pathname}${url.search}`,
      headers: Object.fromEntries([...sent, ...own]),
      more: true,
    },
    isStripped: sent.length < Object.keys(location.headers).length,
  };
}
