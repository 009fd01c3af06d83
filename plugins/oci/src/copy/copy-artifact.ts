import { copyGraph, referrersOf, type RemoteRepository } from '@ilab/oras';
import { type CallOptions, type CopyRequest, type CopyResult, digestParts, isDigest, type UploadOptions } from '@ilab/plugin-api';
import { findTag, tagLast } from '../upload/tag-last.ts';
import { watchCopy } from './watch-copy.ts';

export interface CopyEnds {
  readonly source: RemoteRepository;
  readonly target: RemoteRepository;
}

/** Blobs at a time, as in uploads. */
const AT_ONCE = 5;

/**
 * Copies an artifact, image or index as it is, with what is attached to it, by referrers and under cosign’s older tag. Within one
 * registry blobs are not sent at all.
 */
export async function copyArtifact({ source, target }: CopyEnds, request: CopyRequest, { progress, signal }: UploadOptions): Promise<CopyResult> {
  const { destination, referrers } = request;
  const tag = destination.version ?? 'latest';
  const name = `${destination.canonical}${destination.version === undefined ? `:${tag}` : ''}`;
  const options = { signal };
  const before = await findTag(target, tag, options);
  const root = await source.resolve(request.source.revision, options);
  const watched = watchCopy(target, progress);
  const copying = { ...options, ...watched.hooks, concurrency: AT_ONCE };
  await copyGraph(source, root, watched.target, copying);
  const attached = referrers ? await referrersOf(source, root, options) : [];
  for (const referrer of attached) await copyGraph(source, referrer, watched.target, copying);
  const signed = referrers ? await olderSignatures(source, request.source.revision, options) : undefined;
  if (signed) {
    await copyGraph(source, signed.descriptor, watched.target, copying);
    await target.tag(signed.descriptor, signed.tag, options);
  }
  await tagLast(target, { tag, descriptor: root, before, name }, options);
  return {
    revision: root.digest,
    url: `${name}@${root.digest}`,
    changed: before?.digest !== root.digest,
    ...watched.count,
    referrers: attached.length + (signed ? 1 : 0),
  };
}

/** What cosign kept under a tag before there were referrers, if there is such. */
async function olderSignatures(source: RemoteRepository, revision: string, options: CallOptions) {
  if (!isDigest(revision)) return undefined;
  const { algorithm, hex } = digestParts(revision);
  const tag = `${algorithm}-${hex}.sig`;
  const descriptor = await findTag(source, tag, options);
  return descriptor && { tag, descriptor };
}
