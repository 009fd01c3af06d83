import type { Services } from './composition/services.ts';

/** The services, for what writes into the store: nothing is fetched or read for a place that can't be one. @throws IlabError E_STORE */
export async function storing(services: () => Promise<Services>): Promise<Services> {
  const wired = await services();
  wired.requireStore();
  return wired;
}
