import { IlabError } from '@ilab/core';
import type { Services } from './composition/services.ts';

/** The services, for what can't be done without the network. @throws IlabError E_OFFLINE */
export async function online(services: () => Promise<Services>): Promise<Services> {
  const wired = await services();
  if (!wired.settings.offline) return wired;
  throw new IlabError('E_OFFLINE', 'This needs the network, and ilab is set to be offline.', {
    hint: 'Leave out --offline, or unset ILAB_OFFLINE and models.offline.',
  });
}
