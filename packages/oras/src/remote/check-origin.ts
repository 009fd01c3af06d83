import { IlabError } from '@ilab/core/adapter';

/**
 * Nobody else gets what is meant for a registry, whatever address a caller was talked into.
 * @throws IlabError E_FORBIDDEN for an address that is not the registry's own
 */
export function checkOrigin(url: string, { host, endpoint }: { readonly host: string; readonly endpoint: string }): void {
  const { origin, host: other } = new URL(url);
  if (origin === endpoint) return;
  throw new IlabError('E_FORBIDDEN', `${host} would be asked at another address, ${other}, with its credentials.`, { hint: 'Nothing was sent.' });
}
