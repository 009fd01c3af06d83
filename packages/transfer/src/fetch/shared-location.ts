import type { BlobLocation, CallOptions, RegistrySettings } from '@ilab/core';
import { checkUrl, type Hop } from '../http/url-rules.ts';

/**
 * Where a blob is fetched from, shared by all of its connections: the registry's answer, and the signed address that it redirected to
 * once that is known. When it has expired or is refused, the registry is asked again, by one for all.
 */
export interface SharedLocation {
  current(options: CallOptions): Promise<Located>;
  /** What a request was redirected to in the end: the others go there at once. */
  settled(located: Located, hop: Hop): void;
  /** It was refused. */
  refuse(located: Located): void;
}

/** A location, and which answer of the registry it comes from. */
export interface Located {
  readonly hop: Hop;
  readonly generation: number;
}

/** Asked again this long before it expires, in milliseconds. */
const MARGIN = 5_000;

export function shareLocation(
  locate: (options: CallOptions) => Promise<BlobLocation>,
  { userAgent, registries }: { readonly userAgent: string; readonly registries?: Readonly<Record<string, RegistrySettings>> | undefined },
): SharedLocation {
  let generation = 0;
  let location: Promise<{ hop: Hop; expires: number }> | undefined;
  const ask = async (options: CallOptions): Promise<{ hop: Hop; expires: number }> => {
    const { url, headers, expires = Number.POSITIVE_INFINITY } = await locate(options);
    return { hop: { url: checkUrl(url, registries), headers: { 'user-agent': userAgent, ...headers } }, expires };
  };
  const renew = (options: CallOptions): Promise<{ hop: Hop; expires: number }> => {
    generation++;
    const asked = ask(options);
    location = asked;
    asked.catch(() => {
      if (location === asked) location = undefined;
    });
    return asked;
  };
  return {
    async current(options) {
      let known = await (location ?? renew(options));
      if (known.expires - MARGIN < Date.now() && known.expires > 0) known = await renew(options);
      return { hop: known.hop, generation };
    },
    settled(located, hop) {
      if (located.generation !== generation || !location) return;
      location = location.then((known) => ({ ...known, hop }));
    },
    refuse(located) {
      if (located.generation === generation) location = undefined;
    },
  };
}
