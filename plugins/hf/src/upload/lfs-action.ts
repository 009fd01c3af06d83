import { IlabError, isPrivateHost } from '@ilab/plugin-api';
import type { HubRepository } from '../hub-client.ts';
import { isRecord, malformed } from '../shape.ts';

/** An address that the Hub names for something to be done there, and what it wants said. */
export interface Action {
  readonly url: string;
  /** As the Hub dictates them; ours are not among them. */
  readonly headers: Readonly<Record<string, string>>;
}

const HEADER_NAME = /^[a-z][a-z0-9-]{0,63}$/;
/** What belongs to the connection and the body, and is not the Hub's to say. */
const OWN_HEADERS = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'expect', 'upgrade', 'cookie', 'user-agent']);

/**
 * Reads an action of a Git LFS batch. Our token is never part of one, and a Hub that dictates it for another origin is refused, whatever
 * header it hides in; HTTPS is not given up for HTTP, and nobody outside leads to an address inside.
 * @throws IlabError E_REGISTRY, E_FORBIDDEN
 */
export function readAction(value: unknown, hub: HubRepository): Action {
  if (!isRecord(value) || typeof value['href'] !== 'string') throw malformed('where to send bytes is no address');
  const url = checkAddress(value['href'], hub);
  const headers: Record<string, string> = {};
  for (const [name, text] of Object.entries(isRecord(value['header']) ? value['header'] : {})) {
    const lower = name.toLowerCase();
    if (typeof text !== 'string' || !HEADER_NAME.test(lower) || OWN_HEADERS.has(lower)) continue;
    headers[lower] = text;
  }
  if (!isOwn(url, hub) && Object.values(headers).some((text) => holdsToken(text, hub))) throw leaks(url, hub);
  return { url: url.href, headers };
}

/** @throws IlabError as {@link readAction} */
export function checkAddress(text: string, hub: HubRepository): URL {
  const url = URL.parse(text);
  const endpoint = new URL(hub.endpoint.url);
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') throw malformed('where to send bytes is no HTTP address');
  if (endpoint.protocol === 'https:' && url.protocol === 'http:') throw forbidden(`${endpoint.host} wants bytes sent over plain HTTP to ${url.host}.`);
  if (isPrivateHost(url.hostname) && !isPrivateHost(endpoint.hostname)) {
    throw forbidden(`${endpoint.host} wants bytes sent to an address inside your network: ${url.host}.`);
  }
  if (!isOwn(url, hub) && holdsToken(url.href, hub)) throw leaks(url, hub);
  return url;
}

/** Whether an address is the Hub's own, where our token may go. */
export function isOwn(url: URL, { endpoint }: HubRepository): boolean {
  return url.origin === new URL(endpoint.url).origin;
}

function holdsToken(text: string, { token }: HubRepository): boolean {
  return token !== undefined && (text.includes(token.secret) || text.includes(encodeURIComponent(token.secret)));
}

function leaks(url: URL, { endpoint }: HubRepository): IlabError {
  return forbidden(`${endpoint.name} wants your token sent to ${url.host}.`);
}

function forbidden(message: string): IlabError {
  return new IlabError('E_FORBIDDEN', message, { hint: 'Nothing was sent there. Tell whoever runs the Hub.' });
}
