import { IlabError, isPrivateHost } from '@ilab/core/adapter';

/**
 * Checks the address of a token service that a registry names: credentials go there, so it must not be weaker than the registry.
 * @throws IlabError E_FORBIDDEN for plain HTTP behind an HTTPS registry, or an address inside the user's network named from outside
 */
export function checkRealm(realm: string | undefined, endpoint: string): URL {
  const registry = new URL(endpoint);
  const url = URL.parse(realm ?? '');
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    throw new IlabError('E_REGISTRY', `${registry.host} asks for a token from an address that can't be used.`);
  }
  if (registry.protocol === 'https:' && url.protocol === 'http:') {
    throw new IlabError('E_FORBIDDEN', `${registry.host} wants a token fetched over plain HTTP from ${url.host}.`, {
      hint: 'Tell whoever runs the registry; nothing was sent.',
    });
  }
  if (isPrivateHost(url.hostname) && !isPrivateHost(registry.hostname)) {
    throw new IlabError('E_FORBIDDEN', `${registry.host} wants a token fetched from an address inside your network: ${url.host}.`, {
      hint: 'Nothing was sent.',
    });
  }
  return url;
}
