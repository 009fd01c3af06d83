import { IlabError, isLoopback, isPrivateHost, type RegistrySettings, settingsOfHost } from '@ilab/core';

/**
 * Reads an address that is about to be asked.
 * @throws IlabError E_REGISTRY (no HTTP address, or one with a user name), E_FORBIDDEN (plain HTTP where it is not allowed)
 */
export function checkUrl(text: string, registries: Readonly<Record<string, RegistrySettings>> = {}): URL {
  const url = URL.parse(text);
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) throw new IlabError('E_REGISTRY', `“${text.slice(0, 200)}” is no HTTP address.`);
  if (url.username !== '' || url.password !== '') throw new IlabError('E_REGISTRY', `The address of ${url.host} holds a user name or password.`);
  if (url.protocol === 'http:' && !isLoopback(url.hostname) && !settingsOfHost(registries, url.host)?.insecure) {
    throw new IlabError('E_FORBIDDEN', `${url.host} would be asked over plain HTTP.`, {
      hint: `If that is meant, set models.registries."${url.host}".insecure to true in the configuration.`,
    });
  }
  return url;
}

/** What may be said to any origin. A list of what may not would miss the next registry's own credential header. */
const OPEN_HEADERS = new Set(['user-agent', 'accept', 'accept-encoding', 'accept-language', 'range']);

/** One step of a redirect. */
export interface Hop {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Where a redirect leads, and what may be sent there: credentials never leave their origin, HTTPS is never given up for HTTP, and
 * nobody outside leads to an address inside.
 * @throws IlabError E_REGISTRY, E_FORBIDDEN
 */
export function followRedirect(from: Hop, location: string | undefined, registries?: Readonly<Record<string, RegistrySettings>>): Hop {
  const target = location === undefined ? null : URL.parse(location, from.url.href);
  if (!target) throw new IlabError('E_REGISTRY', `${from.url.host} redirects to nowhere.`);
  if (from.url.protocol === 'https:' && target.protocol === 'http:') {
    throw new IlabError('E_FORBIDDEN', `${from.url.host} redirects from HTTPS to plain HTTP at ${target.host}.`);
  }
  if (!isPrivateHost(from.url.hostname) && isPrivateHost(target.hostname)) {
    throw new IlabError('E_FORBIDDEN', `${from.url.host} redirects to an address inside your network: ${target.host}.`);
  }
  const url = checkUrl(target.href, registries);
  return { url, headers: url.origin === from.url.origin ? from.headers : openHeaders(from.headers) };
}

function openHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => OPEN_HEADERS.has(name.toLowerCase())));
}

export function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

/** Redirects that are followed before giving up. */
export const MOST_REDIRECTS = 10;
