import type { CallOptions, Digest } from '@ilab/core/adapter';
import type { RepositoryClient } from '../repository-client.ts';
import { askSession, type UploadSession } from './upload-session.ts';

/** The place of one upload among those that are kept. */
export interface KeptSession {
  /** What an earlier process left, if the registry still has it. */
  resume(options: CallOptions): Promise<UploadSession | undefined>;
  put(session: UploadSession): Promise<void>;
  drop(): Promise<void>;
}

export function keptSession(client: RepositoryClient, digest: Digest): KeptSession {
  const { host, repository, endpoint, uploads } = client;
  const key = `upload ${host}/${repository}@${digest}`;
  const put = async (location: string): Promise<void> => uploads.sessions?.put(key, location);
  return {
    async resume(options) {
      const location = await uploads.sessions?.get(key);
      if (location === undefined || location === '') return undefined;
      // Checked as the registry's own answer was: whoever could write here must not direct credentials.
      const found = URL.parse(location)?.origin === endpoint ? await askSession(client, location, options) : undefined;
      if (found) return found;
      await put('');
      uploads.onRestart?.({ host, repository, digest });
      return undefined;
    },
    put: async ({ location }) => put(location),
    drop: async () => put(''),
  };
}
