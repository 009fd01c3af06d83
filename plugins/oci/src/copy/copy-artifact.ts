import type { RemoteRepository } from '@ilab/oras';
import { type CallOptions, type CopyRequest, type CopyResult, digestParts, isDigest, type Progress, type UploadOptions } from '@ilab/plugin-api';
import { findTag, tagLast } from '../upload/tag-last.ts';
import { watchedContent } from '../upload/watched-content.ts';
import { type Copied, copyGraph, type CopyWatch } from './copy-graph.ts';

export interface CopyEnds {
  readonly source: RemoteRepository;
  readonly target: RemoteRepository;
}

/**
 * Copies an artifact, image or index as it is, with what is attached to it, by referrers and under cosign’s older tag. Within one
 * registry blobs are not sent at all.
 */
export async function copyArtifact(ends: CopyEnds, { source, destination, referrers }: CopyRequest, options: UploadOptions): Promise<CopyResult> {
  const { target } = ends;
  const tag = destination.version ?? 'latest';
  const name = `${destination.canonical}${destination.version === undefined ? `:${tag}` : ''}`;
  const before = await findTag(target, tag, options);
  const { signal, progress } = options;
  const mountFrom = source.host === target.host && source.repository !== target.repository ? { mountFrom: source } : {};
  const bring = (reference: string, more: { readonly tag?: string; readonly referrers?: boolean }): Promise<Copied> =>
    copyGraph(ends.source, reference, target, { signal, watch: watcher(progress), ...mountFrom, ...more });
  const copied = await bring(source.revision, { referrers });
  const signed = referrers ? await olderSignatures(ends.source, source.revision, { signal }) : undefined;
  if (signed !== undefined) await bring(signed, { tag: signed });
  await tagLast(target, { tag, descriptor: copied.root, before, name }, options);
  return {
    revision: copied.root.digest,
    url: `${name}@${copied.root.digest}`,
    changed: before?.digest !== copied.root.digest,
    sent: copied.sent,
    here: copied.here,
    referrers: copied.referrers + (signed === undefined ? 0 : 1),
  };
}

/** The tag that cosign kept signatures under before there were referrers, if there is one. */
async function olderSignatures(source: RemoteRepository, revision: string, options: CallOptions): Promise<string | undefined> {
  if (!isDigest(revision)) return undefined;
  const { algorithm, hex } = digestParts(revision);
  const tag = `${algorithm}-${hex}.sig`;
  return (await findTag(source, tag, options)) && tag;
}

function watcher(progress: Progress): CopyWatch {
  return {
    plan: (blobs) => progress.plan({ files: blobs.length, bytes: blobs.reduce((sum, { size }) => sum + size, 0) }),
    begin(blob, content) {
      const { annotations, digest, size } = blob;
      const label = annotations['org.cncf.model.filepath'] ?? annotations['org.opencontainers.image.title'] ?? digest.slice(0, 19);
      const task = progress.begin({ label, size });
      return { content: watchedContent(content, task), end: (outcome) => task.end(outcome === 'sent' || outcome === 'failed' ? outcome : 'linked') };
    },
  };
}
