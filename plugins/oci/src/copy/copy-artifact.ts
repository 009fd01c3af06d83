import { copyGraph, type RemoteRepository } from '@ilab/oras';
import type { CopyRequest, CopyResult, UploadOptions } from '@ilab/plugin-api';
import { findTag, tagLast } from '../upload/tag-last.ts';
import { type Attached, copyAttached } from './copy-attached.ts';
import { tellLeftOut } from './tell-left-out.ts';
import { watchCopy } from './watch-copy.ts';

export interface CopyEnds extends Pick<Attached, 'places'> {
  /** The first place that has it. */
  readonly source: RemoteRepository;
  readonly target: RemoteRepository;
}

/** Blobs at a time, as in uploads. */
const AT_ONCE = 5;

/**
 * Copies an artifact, image or index as it is, with what is attached to it, by referrers and under cosign’s older tag. Within one
 * registry blobs are not sent at all.
 */
export async function copyArtifact({ source, places, target }: CopyEnds, request: CopyRequest, { progress, signal }: UploadOptions): Promise<CopyResult> {
  const { destination, referrers } = request;
  const tag = destination.version ?? 'latest';
  const name = `${destination.canonical}${destination.version === undefined ? `:${tag}` : ''}`;
  const options = { signal };
  const before = await findTag(target, tag, options);
  const root = await source.resolve(request.source.revision, options);
  const watched = watchCopy(target, progress);
  const copying = { ...options, ...watched.hooks, concurrency: AT_ONCE };
  await copyGraph(source, root, watched.target, copying);
  const attached = referrers ? await copyAttached({ root, places, target: watched.target }, copying) : undefined;
  await tagLast(target, { tag, descriptor: root, before, name }, options);
  return {
    revision: root.digest,
    url: `${name}@${root.digest}`,
    changed: before?.digest !== root.digest,
    ...watched.count,
    referrers: attached?.arrived.size ?? 0,
    ...(attached && tellLeftOut(attached.leftOut, { source: source.host, target: target.host })),
  };
}
