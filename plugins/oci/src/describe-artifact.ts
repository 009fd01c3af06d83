import type { Manifest, PullRepository } from '@ilab/oras';
import type { CallOptions, RemoteReference, RemoteSnapshot } from '@ilab/plugin-api';
import { findArtifact } from './find-artifact.ts';
import { KIT_FILE } from './formats/kit.ts';
import { readLayers } from './formats/read-layers.ts';
import { notAModel } from './not-a-model.ts';

const DEFAULT_VERSION = 'latest';

/**
 * What a name or digest of a repository is as a model.
 * @param parentOf a kit that takes its model from another says from which; default: nobody is asked
 * @throws IlabError E_NOT_A_MODEL, and as `Registry.resolve`
 */
export async function describeArtifact(
  from: Pick<PullRepository, 'manifest'>,
  { host, repository, digest, version, canonical }: RemoteReference,
  options: CallOptions,
  parentOf: (artifact: Manifest) => Promise<string | undefined> = () => Promise.resolve(undefined),
): Promise<RemoteSnapshot> {
  const name = version ?? (digest === undefined ? DEFAULT_VERSION : undefined);
  const named = await from.manifest(digest ?? name ?? DEFAULT_VERSION, options);
  const artifact = await findArtifact(from, { named, canonical }, options);
  const { files, archives, notices } = readLayers(artifact);
  const parent = await parentOf(artifact);
  if (files.every(({ path }) => path === KIT_FILE) && archives.length === 0) throw notAModel(canonical, parent && takesItsModel(parent));
  return {
    source: 'oci',
    host,
    repository,
    revision: named.digest,
    ...(name !== undefined && { version: name }),
    kind: name === undefined ? 'digest' : 'tag',
    files,
    archives,
    manifest: { digest: named.digest, mediaType: named.manifest.mediaType, content: named.content },
    notices: parent === undefined ? notices : [...notices, takesItsModel(parent)],
  };
}

function takesItsModel(parent: string): string {
  return `This kit takes its model from another, which is downloaded by its own name: ilab model download oci://${parent}`;
}
