import { IlabError, type PluginContext } from '@ilab/plugin-api';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/;
const REGION = /^[a-z0-9-]{1,32}$/;
/** `s3.amazonaws.com`, `s3.eu-central-1.amazonaws.com`, and the same with a bucket's name in front. */
const AMAZON =
  /^(?:(?<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\.)?s3(?:[.-](?:dualstack\.)?(?<region>[a-z]{2}(?:-[a-z]+)+-\d))?\.amazonaws\.com(?<china>\.cn)?$/;
/** Where Amazon's buckets are asked for that are said to be nowhere. */
const AMAZON_REGION = 'us-east-1';

/** A host that speaks S3's API. */
export interface Endpoint {
  /** As references have it, with its port. */
  readonly host: string;
  readonly isAmazon: boolean;
  /** The bucket that its name has in front: known of Amazon's hosts alone. */
  readonly bucket?: string;
  /** Which region's its name says it is. */
  readonly region?: string;
  /** Where it is asked for what lies in a region. */
  origin(region: string): string;
}

/**
 * Reads a host. It is reached by HTTPS, or by plain HTTP where it is on this machine or the configuration says `insecure`.
 * @throws IlabError E_BAD_REFERENCE when it is none
 */
export function endpointOf(host: string, { registries }: Pick<PluginContext, 'registries'>): Endpoint {
  const text = `${registries[host]?.insecure || LOOPBACK.test(host) ? 'http' : 'https'}://${host}`;
  if (!URL.canParse(text)) throw new IlabError('E_BAD_REFERENCE', `“${host}” is no host.`, { hint: 'A host looks like s3.example or localhost:9000.' });
  const { origin } = new URL(text);
  const amazon = AMAZON.exec(host)?.groups;
  if (!amazon) return { host, isAmazon: false, origin: () => origin };
  const { bucket, region, china = '' } = amazon;
  const front = bucket === undefined ? '' : `${bucket}.`;
  return {
    host,
    isAmazon: true,
    ...(bucket !== undefined && { bucket }),
    ...(region !== undefined && { region }),
    // A bucket is asked for where it is; only the host without a region stands for the first one too.
    origin: (asked) => (asked === (region ?? AMAZON_REGION) ? origin : `https://${front}s3.${asked}.amazonaws.com${china}`),
  };
}

/** The region to sign for, until the server says another. */
export function regionOf({ region }: Endpoint, configured: string | undefined): string {
  return region ?? (configured !== undefined && isRegion(configured) ? configured : AMAZON_REGION);
}

/** Whether text of others can be a region, and so a part of a host's name. */
export function isRegion(text: string | undefined): text is string {
  return text !== undefined && REGION.test(text);
}
