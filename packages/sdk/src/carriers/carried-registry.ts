import type { FailedLocation, Logger, Registry } from '@ilab/core';
import { carriedLocation } from './carried-location.ts';
import type { Carrier } from './open-carriers.ts';

/** Carriers as they turn out to be, for as long as this library is open. */
export interface Carriers {
  /** The same registry, whose blobs are to be had through a carrier first where one takes them. */
  through(registry: Registry): Registry;
}

/** What is kept of one carrier. */
interface Standing {
  readonly carrier: Carrier;
  /** Hosts that it gets nothing from without credentials. */
  readonly refused: Set<string>;
  failures: number;
  isGivenUp: boolean;
}

/** Blobs that it may fail to bring before nobody asks it any more. */
const MOST_FAILURES = 3;

const REASONS: Partial<Record<FailedLocation['code'], string>> = {
  E_NETWORK: 'does not answer',
  E_INTEGRITY: 'sends other bytes than those that were announced',
};

/**
 * Puts carriers in front of registries. What one does not bring comes from the registry, whatever the reason; where it looks as if that stays
 * so, the user is told, once, and it is asked no more.
 */
export function createCarriers(carriers: readonly Carrier[], logger: Logger): Carriers {
  const standings = carriers.map((carrier): Standing => ({ carrier, refused: new Set(), failures: 0, isGivenUp: false }));
  const judged = new WeakSet<FailedLocation>();
  const judge = (standing: Standing, failure: FailedLocation, { host, isStripped }: { readonly host: string; readonly isStripped: boolean }): void => {
    if (judged.has(failure)) return;
    judged.add(failure);
    if (isStripped && (failure.code === 'E_UNAUTHORIZED' || failure.code === 'E_FORBIDDEN')) standing.refused.add(host);
    else if (blame(standing, failure)) logger.warn(givenUp(standing.carrier, failure));
  };
  return {
    through: (registry) =>
      standings.length === 0
        ? registry
        : {
            ...registry,
            async locate(request, { failed = [], ...options }) {
              const own = failed.filter((one) => !standings.some((standing) => isOf(standing, one)));
              const location = await registry.locate(request, { ...options, ...(own.length > 0 && { failed: own }) });
              const host = URL.parse(location.url)?.host ?? '';
              for (const standing of standings) {
                const carried = carriedLocation(standing.carrier, location, request.blob);
                const failure = failed.find((one) => isOf(standing, one));
                if (failure) judge(standing, failure, { host, isStripped: carried?.isStripped ?? false });
                else if (carried && own.length === 0 && takes(standing, { host, ...carried })) return carried.location;
              }
              return location;
            },
          },
  };
}

function isOf({ carrier }: Standing, { url }: FailedLocation): boolean {
  return url.startsWith(`${carrier.address}/`);
}

function takes({ isGivenUp, refused }: Standing, { host, isStripped }: { readonly host: string; readonly isStripped: boolean }): boolean {
  return !isGivenUp && !(isStripped && refused.has(host));
}

/** @returns whether it is given up because of this */
function blame(standing: Standing, { code }: FailedLocation): boolean {
  standing.failures += 1;
  if (standing.isGivenUp || (REASONS[code] === undefined && standing.failures < MOST_FAILURES)) return false;
  standing.isGivenUp = true;
  return true;
}

function givenUp({ name, address }: Carrier, { code }: FailedLocation): string {
  return `${name} at ${address} ${REASONS[code] ?? 'does not bring what it is asked for'}: files are fetched from where they are.`;
}
