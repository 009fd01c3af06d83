import { type CarrierSettings, IlabError } from '@ilab/core';
import type { CarrierManifest } from '@ilab/plugin-api';

/** A carrier as this user has it. */
export interface Carrier {
  readonly name: string;
  /** Scheme, host and port. */
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly least: number;
  readonly trustedHosts: readonly string[];
}

/**
 * What plugins say of carriers, and the configuration on top of it.
 * @throws IlabError E_BAD_CONFIG for an address that is none
 */
export function openCarriers(manifests: readonly CarrierManifest[], settings: Readonly<Record<string, CarrierSettings>> = {}): readonly Carrier[] {
  return manifests.map(({ carrier: name, address, headers, least = 0 }) => {
    const own = Object.hasOwn(settings, name) ? settings[name] : undefined;
    return { name, address: own?.address === undefined ? address : originOf(name, own.address), headers, least, trustedHosts: own?.trustedHosts ?? [] };
  });
}

function originOf(name: string, address: string): string {
  const url = URL.parse(address);
  if (url && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`) return url.origin;
  throw new IlabError('E_BAD_CONFIG', `models.carriers.${name}.address is no address of a daemon.`, {
    hint: 'It has a scheme, a host and a port, and nothing else: http://127.0.0.1:4001.',
  });
}
