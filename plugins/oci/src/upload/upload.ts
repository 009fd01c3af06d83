import { contentOf, type Descriptor, type Target } from '@ilab/oras';
import { type CallOptions, IlabError, isIlabError, type UploadOptions, type UploadRequest, type UploadResult } from '@ilab/plugin-api';
import { type ChooseDeps, chooseArtifact } from './choose-artifact.ts';
import { createKnownPlaces } from './known-places.ts';
import { sendParts } from './send-parts.ts';

/** Pushes files as one artifact: blobs, then the manifest, and the tag last of all. */
export async function upload(deps: ChooseDeps, request: UploadRequest, options: UploadOptions): Promise<UploadResult> {
  const { target, answers } = deps;
  const { destination, origin } = request;
  const tag = destination.version ?? 'latest';
  const before = await find(target, tag, options);
  const { artifact, packed, notices, read } = await chooseArtifact(deps, request, options);
  const { descriptor, bytes } = artifact.manifest;
  const total = artifact.layers.reduce((sum, layer) => sum + layer.descriptor.size, 0);
  const name = `${destination.canonical}${destination.version === undefined ? `:${tag}` : ''}`;
  const result = { revision: descriptor.digest, url: `${name}@${descriptor.digest}`, ignored: [], packed, notices };
  if (before?.digest === descriptor.digest) return { ...result, changed: false, sent: 0, here: total };

  const places = createKnownPlaces(destination, { answers, origin });
  const sent = await sendParts({ target, places, done: read }, artifact.layers, options);
  if (artifact.config) await target.push(artifact.config.descriptor, artifact.config.content, options);
  await target.push(descriptor, contentOf(bytes), options);
  const now = await find(target, tag, options);
  if (now?.digest !== before?.digest && now?.digest !== descriptor.digest) throw moved(name);
  await target.tag(descriptor, tag, options);
  return { ...result, changed: true, sent, here: total - sent };
}

async function find(target: Target, tag: string, options: CallOptions): Promise<Descriptor | undefined> {
  try {
    return await target.resolve(tag, options);
  } catch (error) {
    if (isIlabError(error) && error.code === 'E_NOT_FOUND') return undefined;
    throw error;
  }
}

/** Registries move a tag without asking what it was, so that this is as near as one can come. */
function moved(name: string): IlabError {
  return new IlabError('E_CONFLICT', `Somebody else moved ${name} while this was uploaded. It was left as it is.`, {
    hint: 'Look at what is there now; to replace it, run this again.',
    side: 'target',
  });
}
