import { type CallOptions, IlabError } from '@ilab/core/adapter';
import type { Descriptor } from '../content/descriptor.ts';
import { isManifestType } from '../content/media-types.ts';
import { deleting } from './access.ts';
import { isTag } from './list-tags.ts';
import { findManifest, manifestUrl } from './read-manifest.ts';
import { inTurn } from './referrers/in-turn.ts';
import { dropReferrer } from './referrers/keep-referrers.ts';
import { registryError } from './registry-error.ts';
import type { RepositoryClient } from './repository-client.ts';

/**
 * Deletes a blob, or a manifest with all its tags (distribution spec, “Content Management”).
 * @returns whether it was there
 * @throws IlabError E_REGISTRY where the registry deletes nothing, and as `Pusher.push`
 */
export async function deleteContent(
  client: RepositoryClient,
  { digest, mediaType }: Pick<Descriptor, 'digest' | 'mediaType'>,
  options: CallOptions,
): Promise<boolean> {
  const isManifest = isManifestType(mediaType);
  const found = isManifest ? await findManifest(client, digest, options) : undefined;
  if (isManifest && !found) return false;
  const access = deleting(client.repository);
  const answer = await client.authorizer.send({ url: `${client.base}/${isManifest ? 'manifests' : 'blobs'}/${digest}`, method: 'DELETE' }, access, options);
  if (answer.status === 404) return false;
  if (answer.status === 405) throw deletesNothing(client.host);
  if (answer.status < 200 || answer.status > 299) throw registryError(answer, client, access.doing);
  const subject = found?.manifest.subject;
  if (subject) await inTurn(client.base, subject.digest, () => dropReferrer(client, { subject, digest }, options));
  return true;
}

/**
 * Takes a tag away; what it names stays. Where a registry can't, this does nothing else: deleting by digest would take all other tags
 * of the same manifest with it.
 * @returns whether it was there
 * @throws IlabError E_REGISTRY where the registry can't, and as `Pusher.push`
 */
export async function deleteTag(client: RepositoryClient, tag: string, options: CallOptions): Promise<boolean> {
  if (!isTag(tag)) throw new IlabError('E_BAD_REFERENCE', `“${tag.slice(0, 200)}” is no tag.`, { hint: 'To delete what a digest names, delete that.' });
  const access = deleting(client.repository);
  const answer = await client.authorizer.send({ url: manifestUrl(client, tag), method: 'DELETE' }, access, options);
  if (answer.status === 404) return false;
  if (answer.status === 400 || answer.status === 405 || answer.status === 501) {
    throw new IlabError('E_REGISTRY', `${client.host} can’t take a tag away and leave what it names.`, {
      hint: 'Move the tag, or delete the manifest itself, with all its tags.',
      details: { host: client.host, repository: client.repository, tag },
    });
  }
  if (answer.status < 200 || answer.status > 299) throw registryError(answer, client, access.doing);
  return true;
}

function deletesNothing(host: string): IlabError {
  return new IlabError('E_REGISTRY', `${host} lets nothing be deleted.`, { hint: 'Whoever runs it can allow it (for distribution: storage.delete.enabled).' });
}
