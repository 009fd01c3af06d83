import { createHash } from 'node:crypto';
import { type CallOptions, digestParts, type HttpResponse, IlabError } from '@ilab/core/adapter';
import type { Descriptor } from '../content/descriptor.ts';
import { type Index, type Manifest, parseManifest } from '../content/manifest.ts';
import { isRecord } from '../content/record.ts';
import { referrerOf } from '../content/referrer-of.ts';
import { pushing } from './access.ts';
import { manifestUrl } from './read-manifest.ts';
import { inTurn } from './referrers/in-turn.ts';
import { addReferrer } from './referrers/keep-referrers.ts';
import { colon, errorEntries, registryError, said } from './registry-error.ts';
import type { RepositoryClient } from './repository-client.ts';
import { checkStored } from './upload/upload-errors.ts';

/** A manifest that is to be pushed. */
export interface OutgoingManifest {
  readonly descriptor: Descriptor;
  /** Sent as they are: they are what the digest is of. */
  readonly bytes: Uint8Array;
}

/**
 * Puts a manifest under its digest or a tag, and into its subject's list of referrers where the registry does not do so itself
 * (distribution spec, “Pushing Manifests with Subject”).
 * @throws IlabError E_INTEGRITY, E_REGISTRY (also: what it names is not there), and as `Pusher.push`
 */
export async function pushManifest(
  client: RepositoryClient,
  { descriptor, bytes, tag }: OutgoingManifest & { readonly tag?: string },
  options: CallOptions,
): Promise<void> {
  const { subject, ...manifest } = checkContent({ descriptor, bytes });
  const url = manifestUrl(client, tag ?? descriptor.digest);
  if (!subject) return void (await put(client, { url, descriptor, bytes }, options));
  await inTurn(client.base, subject.digest, async () => {
    const isListed = await put(client, { url, descriptor, bytes }, options);
    if (!isListed) await addReferrer(client, { subject, entry: referrerOf(descriptor, manifest) }, options);
  });
}

/** @returns whether the registry has put it into its subject's list */
async function put(client: RepositoryClient, { url, descriptor, bytes }: OutgoingManifest & { readonly url: string }, options: CallOptions): Promise<boolean> {
  const request = { url, method: 'PUT', headers: { 'content-type': descriptor.mediaType }, body: bytes } as const;
  const answer = await client.authorizer.send(request, pushing(client.repository), options);
  if (answer.status !== 201) throw refusedManifest(answer, client);
  checkStored(answer, { host: client.host, digest: descriptor.digest });
  return answer.headers['oci-subject'] !== undefined;
}

/** @throws IlabError E_INTEGRITY when the bytes are not the descriptor's, E_REGISTRY when they are no manifest */
function checkContent({ descriptor: { digest, size, mediaType }, bytes }: OutgoingManifest): Manifest | Index {
  const { algorithm, hex } = digestParts(digest);
  if (bytes.length !== size || createHash(algorithm).update(bytes).digest('hex') !== hex) {
    throw new IlabError('E_INTEGRITY', `The manifest to be pushed is not ${digest}.`, { side: 'source' });
  }
  return parseManifest(new TextDecoder().decode(bytes), mediaType);
}

function refusedManifest(answer: HttpResponse, client: RepositoryClient): IlabError {
  const { host, repository } = client;
  const entries = errorEntries(answer);
  const lacking = entries.filter(({ code }) => code === 'MANIFEST_BLOB_UNKNOWN' || code === 'BLOB_UNKNOWN' || code === 'MANIFEST_UNKNOWN');
  if (lacking.length > 0) {
    const digests = lacking.flatMap(({ detail }) => (isRecord(detail) && typeof detail['digest'] === 'string' ? [detail['digest'].slice(0, 200)] : []));
    return new IlabError(
      'E_REGISTRY',
      `${host} lacks something that the manifest for “${repository}” names${digests.length > 0 ? `: ${digests.slice(0, 3).join(', ')}` : ''}.`,
      {
        hint: 'Push the blobs first, then the manifest.',
        details: { host, repository, missing: digests.slice(0, 100) },
      },
    );
  }
  if (answer.status === 415 || (answer.status === 400 && entries.some(({ code }) => code === 'MANIFEST_INVALID'))) {
    return new IlabError('E_REGISTRY', `${host} does not take this kind of manifest${colon(said(answer))}`, {
      hint: 'Some registries know images only, or only the types that they are told of; whoever runs it can allow others.',
      details: { host, repository, status: answer.status },
    });
  }
  return registryError(answer, client, `push to “${repository}”`);
}
