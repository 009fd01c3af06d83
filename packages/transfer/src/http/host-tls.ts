import { readFileSync } from 'node:fs';
import { IlabError, settingsOfHost } from '@ilab/core';
import type { NetworkOptions } from '../options.ts';

/** What a TLS connection to one host needs beside the usual. */
export interface HostTls {
  readonly rejectUnauthorized?: false;
  readonly ca?: string[];
  readonly cert?: string[];
  readonly key?: string[];
}

/** Loaded only for hosts that have something of their own: it takes longer than many commands do. */
const tls = (): typeof import('node:tls') => process.getBuiltinModule('node:tls');

/** What each host needs, read once. A client's certificate is that host's alone: who is redirected somewhere else shows it to nobody there. */
export function createHostTls({ registries = {}, certificates }: Pick<NetworkOptions, 'registries' | 'certificates'>): (url: URL) => HostTls {
  const known = new Map<string, HostTls>();
  const read = (host: string): HostTls => {
    const { insecure = false, ca: path } = settingsOfHost(registries, host) ?? {};
    const { authorities = [], clients = [] } = certificates?.(host) ?? {};
    const ca = path === undefined ? [...authorities] : [readCa(path, host)];
    const own = clients.length > 0 && { cert: clients.map(({ certificate }) => certificate), key: clients.map(({ key }) => key) };
    if (ca.length > 0 || own) checkUsable({ ca, ...own }, host);
    return {
      ...(insecure && { rejectUnauthorized: false as const }),
      ...(ca.length > 0 && { ca: path === undefined ? [...tls().getCACertificates('default'), ...ca] : ca }),
      ...own,
    };
  };
  return ({ protocol, host }) => {
    if (protocol !== 'https:') return {};
    const options = known.get(host) ?? read(host);
    known.set(host, options);
    return options;
  };
}

/** A connection would only say that it broke. */
function checkUsable(own: Pick<HostTls, 'ca' | 'cert' | 'key'>, host: string): void {
  try {
    tls().createSecureContext(own);
  } catch (cause) {
    throw new IlabError('E_BAD_CONFIG', `The certificates for ${host} can’t be used: ${cause instanceof Error ? cause.message : String(cause)}.`, {
      hint: `Look at certs.d/${host} and at models.registries.${host}.ca: they must be PEM, and a key the one of its certificate.`,
      cause,
    });
  }
}

function readCa(path: string, host: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new IlabError('E_BAD_CONFIG', `The certificates ${path} can't be read.`, { hint: `Correct models.registries.${host}.ca.`, cause: error });
  }
}
