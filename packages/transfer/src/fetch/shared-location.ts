import type { BlobLocation, CallOptions, ErrorCode, FailedLocation, LocateOptions, RegistrySettings } from '@ilab/core';
import { checkUrl, type Hop } from '../http/url-rules.ts';

/**
 * Where a blob is fetched from, shared by all of its connections: the registry's answer, and the signed address that it redirected to
 * once that is known. When it has expired, is refused or does not bring the blob, the registry is asked again, by one for all.
 */
export interface SharedLocation {
  current(options: CallOptions): Promise<Located>;
  /** What a request was redirected to in the end: the others go there at once. */
  settled(located: Located, hop: Hop): void;
  /** It was refused. */
  refuse(located: Located): void;
  /**
   * It does not bring the blob. Without `located`: what it brought was wrong.
   * @returns whether there is another place to go on with
   */
  giveUp(code: ErrorCode, located?: Located): boolean;
  /** Whether there are, or were, several places: their validators say nothing of each other's bytes. */
  readonly several: boolean;
}

/** A location, and which answer of the registry it comes from. */
export interface Located {
  readonly hop: Hop;
  readonly generation: number;
  /** How many places were given up before this one. */
  readonly place: number;
}

/** Asked again this long before it expires, in milliseconds. */
const MARGIN = 5_000;

type Known = { readonly hop: Hop; readonly asked: string; readonly expires: number; readonly more: boolean };

export function shareLocation(
  locate: (options: LocateOptions) => Promise<BlobLocation>,
  { userAgent, registries }: { readonly userAgent: string; readonly registries?: Readonly<Record<string, RegistrySettings>> | undefined },
): SharedLocation {
  const failed: FailedLocation[] = [];
  let generation = 0;
  let location: Promise<Known> | undefined;
  let last: Known | undefined;
  let several = false;
  const ask = async (options: CallOptions): Promise<Known> => {
    const { url, headers, expires = Number.POSITIVE_INFINITY, more = false } = await locate({ ...options, ...(failed.length > 0 && { failed: [...failed] }) });
    several ||= more;
    last = { hop: { url: checkUrl(url, registries), headers: { 'user-agent': userAgent, ...headers } }, asked: url, expires, more };
    return last;
  };
  const renew = (options: CallOptions): Promise<Known> => {
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
      return { hop: known.hop, generation, place: failed.length };
    },
    settled(located, hop) {
      if (located.generation !== generation || !location) return;
      location = location.then((known) => ({ ...known, hop }));
    },
    refuse(located) {
      if (located.generation === generation) location = undefined;
    },
    giveUp(code, located) {
      // Another connection was faster.
      if (located && located.place !== failed.length) return true;
      if (!last?.more) return false;
      failed.push({ url: last.asked, code });
      last = undefined;
      location = undefined;
      generation++;
      return true;
    },
    get several() {
      return several;
    },
  };
}
