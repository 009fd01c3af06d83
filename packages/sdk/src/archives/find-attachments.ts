import { type CallOptions, type IlabError, isIlabError } from '@ilab/core';
import { childrenOf, type Descriptor, fetchManifest, type GraphSource, isManifestType, isNonsense, referrersOf, weigh } from '@ilab/oras';

/** What is attached to a manifest and can be saved, and what can't, by its digest or tag. */
export interface FoundAttachments {
  readonly found: readonly Descriptor[];
  readonly leftOut: ReadonlyMap<string, IlabError>;
}

/**
 * Finds what is attached to a manifest, by referrers and under cosign's older tag. All of it is read once and proved: an archive is written
 * in one pass, in which nothing can be left out any more.
 * @throws IlabError as `GraphSource`, for what is no nonsense that somebody may have pushed
 */
export async function findAttachments(source: GraphSource, root: Descriptor, options: CallOptions): Promise<FoundAttachments> {
  const leftOut = new Map<string, IlabError>();
  const unlessNonsense = async <T>(name: string, promise: Promise<T>): Promise<T | undefined> => {
    try {
      return await promise;
    } catch (error) {
      if (!isIlabError(error) || !isNonsense(error)) throw error;
      leftOut.set(name, error);
      return undefined;
    }
  };
  const found: Descriptor[] = [];
  const referrers = await referrersOf(source, root, { ...options, onLeftOut: ({ descriptor, why }) => leftOut.set(descriptor.digest, why) });
  for (const referrer of referrers) if (await unlessNonsense(referrer.digest, prove(source, referrer, options))) found.push(referrer);
  const tag = `${root.digest.replace(':', '-')}.sig`;
  const older = await unlessNonsense(tag, source.resolve(tag, options).catch(unlessMissing));
  if (older && (await unlessNonsense(tag, weigh(source, older, options))) && (await unlessNonsense(tag, prove(source, older, options)))) {
    found.push({ ...older, annotations: { 'org.opencontainers.image.ref.name': tag } });
  }
  // One may be listed twice, once with a size that is not its own.
  for (const { digest } of found) leftOut.delete(digest);
  return { found, leftOut };
}

/** Reads what is attached, which is small, to the end of it. */
async function prove(source: GraphSource, descriptor: Descriptor, options: CallOptions, proved: Set<string> = new Set()): Promise<true> {
  // By its size as well: the same bytes with another size are nonsense.
  const key = `${descriptor.digest} ${descriptor.size}`;
  if (proved.has(key)) return true;
  proved.add(key);
  if (isManifestType(descriptor.mediaType)) {
    for (const child of childrenOf((await fetchManifest(source, descriptor, options)).manifest)) await prove(source, child, options, proved);
  } else for await (const _piece of source.fetch(descriptor, options)) options.signal?.throwIfAborted();
  return true;
}

function unlessMissing(error: unknown): undefined {
  if (isIlabError(error) && error.code === 'E_NOT_FOUND') return undefined;
  throw error;
}
