import { type Descriptor, type FetchedManifest, isNonsense, type PullRepository, readContent } from '@ilab/oras';
import type { ReadRepository } from './archived-registry.ts';
import { type Attachment, type CallOptions, type Digest, digestParts, isIlabError } from '@ilab/plugin-api';

/** More than anybody signs a model; each costs two requests. */
const MOST = 64;
/** Of one list, also those that turn out to be about something else: a list can name twenty thousand. */
const MOST_ASKED = 512;
const LARGEST = 4 * 1024 * 1024;

/**
 * What every place has, the mirrors' first: a signature proves itself, wherever it lay, and a mirror may have been made without. That a place
 * can't be asked counts where no other answers.
 */
export async function* attachmentsOf(remote: PullRepository, subject: Digest, wanted: Wanted): AsyncGenerator<Attachment> {
  let problem: unknown;
  let isAnswered = false;
  for (const open of remote.places(subject)) {
    try {
      for await (const attachment of attachmentsAt(await open(wanted), subject, wanted)) {
        isAnswered = true;
        yield attachment;
      }
      isAnswered = true;
    } catch (error) {
      wanted.signal?.throwIfAborted();
      if (!isIlabError(error)) throw error;
      problem = error;
    }
  }
  if (!isAnswered && problem !== undefined) throw problem;
}

type Wanted = CallOptions & { readonly mediaTypes: readonly string[] };

/**
 * What is kept about a manifest beside it: by referrers, and under cosign's older tag (its signature spec, “Tag-based Discovery”). What is
 * listed and gone, too large, nonsense, or about another manifest is passed over: whoever may write to the repository could put it there.
 */
export async function* attachmentsAt(remote: ReadRepository, subject: Digest, { mediaTypes, ...options }: Wanted): AsyncGenerator<Attachment> {
  let count = 0;
  for (const { name, manifest } of await manifestsAbout(remote, subject, { mediaTypes, ...options })) {
    for (const layer of manifest.kind === 'manifest' ? manifest.layers : []) {
      if (!mediaTypes.includes(layer.mediaType) || layer.size > LARGEST) continue;
      const content = await contentOf(remote, layer, options);
      if (!content) continue;
      yield { name, mediaType: layer.mediaType, content, annotations: layer.annotations };
      if (++count === MOST) return;
    }
  }
}

type Named = { readonly name: string; readonly manifest: FetchedManifest['manifest'] };

async function manifestsAbout(remote: ReadRepository, subject: Digest, { mediaTypes, ...options }: Wanted): Promise<readonly Named[]> {
  const found: Named[] = [];
  for (const artifactType of mediaTypes) {
    const about = { digest: subject, mediaType: '', size: 0, annotations: {} };
    let asked = 0;
    for await (const { digest, size } of remote.referrers(about, { ...options, artifactType })) {
      if (asked++ === MOST_ASKED) break;
      const referrer = await unlessNonsense(remote.manifest(digest, options));
      const isAbout = referrer?.manifest.kind === 'manifest' && referrer.manifest.subject?.digest === subject;
      if (referrer && isAbout && referrer.size === size) found.push({ name: digest, manifest: referrer.manifest });
      if (found.length === MOST) return found;
    }
  }
  const { algorithm, hex } = digestParts(subject);
  const tag = `${algorithm}-${hex}.sig`;
  const older = algorithm === 'sha256' ? await unlessNonsense(remote.manifest(tag, options)) : undefined;
  return older ? [...found, { name: tag, manifest: older.manifest }] : found;
}

async function contentOf(remote: ReadRepository, layer: Descriptor, options: CallOptions): Promise<Uint8Array | undefined> {
  return unlessNonsense(readContent({ open: () => remote.fetch(layer, options) }, { size: layer.size, most: LARGEST }));
}

/** What is gone, or nonsense, proves nothing and is passed over; that it can't be told is thrown. */
async function unlessNonsense<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (isNonsense(error)) return undefined;
    throw error;
  }
}
