import { type CallOptions, isIlabError } from '@ilab/core/adapter';
import type { Descriptor } from '../content/descriptor.ts';
import { mounting } from './access.ts';
import type { RepositoryClient } from './repository-client.ts';
import { cancelSession, readLocation } from './upload/upload-session.ts';

/**
 * Takes a blob from another repository of the registry (distribution spec, “Mounting a blob from another repository”).
 * @returns false where the registry, or the rights of this user, do not allow it
 * @throws IlabError E_NETWORK, E_REGISTRY (nonsense), E_FORBIDDEN (an upload is to go to another address)
 */
export async function mountBlob(client: RepositoryClient, { descriptor, from }: Mount, options: CallOptions): Promise<boolean> {
  const query = new URLSearchParams({ mount: descriptor.digest, from });
  const request = { url: `${client.base}/blobs/uploads/?${query}`, method: 'POST' } as const;
  const answer = await client.authorizer.send(request, mounting(client.repository, from), options).catch((error: unknown) => {
    // A push of its own says what is wrong, if anything is.
    if (isIlabError(error) && (error.code === 'E_UNAUTHORIZED' || error.code === 'E_FORBIDDEN')) return undefined;
    throw error;
  });
  // The registry has opened an upload instead, which nobody goes on with.
  if (answer?.status === 202) await cancelSession(client, readLocation(answer, client));
  return answer?.status === 201;
}

export interface Mount {
  readonly descriptor: Descriptor;
  /** The other repository's whole name. */
  readonly from: string;
}
