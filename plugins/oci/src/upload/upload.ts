import { contentOf } from '@ilab/oras';
import type { UploadOptions, UploadRequest, UploadResult } from '@ilab/plugin-api';
import { type ChooseDeps, chooseArtifact } from './choose-artifact.ts';
import { createKnownPlaces } from './known-places.ts';
import { sendParts } from './send-parts.ts';
import { findTag, tagLast } from './tag-last.ts';

/** Pushes files as one artifact: blobs, then the manifest, and the tag last of all. */
export async function upload(deps: ChooseDeps, request: UploadRequest, options: UploadOptions): Promise<UploadResult> {
  const { target, answers } = deps;
  const { destination, origin } = request;
  const tag = destination.version ?? 'latest';
  const before = await findTag(target, tag, options);
  const { artifact, packed, notices, read } = await chooseArtifact(deps, request, options);
  const { descriptor, bytes } = artifact.manifest;
  const total = artifact.layers.reduce((sum, layer) => sum + layer.descriptor.size, 0);
  const name = `${destination.canonical}${destination.version === undefined ? `:${tag}` : ''}`;
  const result = { revision: descriptor.digest, url: `${name}@${descriptor.digest}`, ignored: [], packed, notices };
  if (before?.digest === descriptor.digest) return { ...result, changed: false, sent: 0, here: total };

  const places = createKnownPlaces(destination, { answers, origin });
  const { sent, fresh } = await sendParts({ target, places, done: read }, artifact.layers, options);
  if (artifact.config) await target.push(artifact.config.descriptor, artifact.config.content, options);
  await target.push(descriptor, contentOf(bytes), options);
  await tagLast(target, { tag, descriptor, before, name }, options);
  return { ...result, changed: true, sent, here: total - fresh };
}
