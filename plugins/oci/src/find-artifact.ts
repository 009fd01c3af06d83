import type { Descriptor, FetchedManifest, Manifest, PullRepository } from '@ilab/oras';
import { type CallOptions, IlabError, isIlabError } from '@ilab/plugin-api';
import { chooseManifest } from './formats/choose-manifest.ts';
import { notAModel } from './not-a-model.ts';

/** Indexes in indexes that are followed; tools write two. */
const DEEPEST = 3;

/**
 * The artifact itself, through the indexes where the name points to one.
 * @throws IlabError E_NOT_A_MODEL (an index of nothing), E_NOT_FOUND (a sparse one), E_INTEGRITY, and as `PullRepository.manifest`
 */
export async function findArtifact(
  remote: Pick<PullRepository, 'manifest'>,
  { named, canonical }: { readonly named: FetchedManifest; readonly canonical: string },
  options: CallOptions,
): Promise<Manifest> {
  let { manifest } = named;
  for (let depth = 0; depth < DEEPEST && manifest.kind === 'index'; depth++) {
    const chosen = chooseManifest(manifest);
    if (!chosen) throw notAModel(canonical);
    manifest = await listed(remote, { chosen, canonical }, options);
  }
  if (manifest.kind === 'manifest') return manifest;
  throw new IlabError('E_REGISTRY', `${canonical} is an index of indexes, more than ${DEEPEST} deep.`, { hint: 'Name the digest of the manifest itself.' });
}

type Listed = { readonly chosen: Descriptor; readonly canonical: string };

async function listed(remote: Pick<PullRepository, 'manifest'>, { chosen, canonical }: Listed, options: CallOptions): Promise<FetchedManifest['manifest']> {
  const { manifest, size } = await remote.manifest(chosen.digest, options).catch((error: unknown) => {
    throw isIlabError(error) && error.code === 'E_NOT_FOUND' ? sparse({ chosen, canonical }) : error;
  });
  if (manifest.mediaType !== chosen.mediaType) {
    throw new IlabError('E_REGISTRY', `${canonical} lists as “${chosen.mediaType}” what is “${manifest.mediaType}”.`, {
      hint: 'Tell whoever pushed it.',
      side: 'source',
    });
  }
  if (size === chosen.size) return manifest;
  throw new IlabError('E_INTEGRITY', `${canonical} lists a manifest of ${chosen.size} bytes that has ${size}.`, { side: 'source' });
}

function sparse({ chosen: { digest }, canonical }: Listed): IlabError {
  return new IlabError('E_NOT_FOUND', `${canonical} is an index whose manifest ${digest} the registry does not have.`, {
    hint: 'Whoever copied it here left that out: name a digest that is here, or ask them.',
    details: { digest },
    side: 'source',
  });
}
