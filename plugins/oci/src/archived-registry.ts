import type { RemoteRepository } from '@ilab/oras';
import { IlabError, parseDigest, type Registry } from '@ilab/plugin-api';
import { attachmentsAt } from './attachments.ts';
import { describeArtifact } from './describe-artifact.ts';

/** What a repository has to know to be read: it may be in an archive. */
export type ReadRepository = Pick<RemoteRepository, 'manifest' | 'referrers' | 'fetch'>;

/** Reads models as the registry does, out of what is at hand. What it resolves is brought by whoever has it. */
export function createArchivedRegistry(repository: ReadRepository): Registry {
  return {
    source: 'oci',
    capabilities: { versions: false, attachments: true },
    resolve: (reference, options) => describeArtifact(repository, reference, options),
    locate: ({ blob }) => Promise.reject(new IlabError('E_INTERNAL', `“${blob.id}” is in an archive, and at no address.`)),
    attachments: (id, options) => attachmentsAt(repository, parseDigest(id.revision), options),
  };
}
