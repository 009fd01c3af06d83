import { IlabError, isPrivateHost } from '@ilab/plugin-api';

/**
 * Reads an address that an answer named. As with redirects, HTTPS is never given up, and nobody outside leads to an address inside.
 * @param from where the answer came from
 * @throws IlabError E_FORBIDDEN, E_REGISTRY
 */
export function leadTo(text: string, from: string): URL {
  const [url, before] = [URL.parse(text), new URL(from)];
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password)
    throw new IlabError('E_REGISTRY', `${before.host} names an address that is none.`);
  if (before.protocol === 'https:' && url.protocol !== 'https:') throw new IlabError('E_FORBIDDEN', `${before.host} leads to plain HTTP at ${url.host}.`);
  if (!isPrivateHost(before.hostname) && isPrivateHost(url.hostname))
    throw new IlabError('E_FORBIDDEN', `${before.host} leads to an address inside your network: ${url.host}.`);
  return url;
}
