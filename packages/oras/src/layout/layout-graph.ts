import { type CallOptions, type Digest, IlabError, isIlabError } from '@ilab/core/adapter';
import type { Descriptor } from '../content/descriptor.ts';
import { type Index, type Manifest, MAX_MANIFEST } from '../content/manifest.ts';
import { isManifestType } from '../content/media-types.ts';
import { referrerOf } from '../content/referrer-of.ts';
import { fetchManifest } from '../target/fetch-manifest.ts';
import type { Fetcher } from '../target/target.ts';
import type { LayoutIndex } from './layout-index.ts';

/** A manifest that a layout's index leads to. */
export interface ReachedManifest {
  readonly descriptor: Descriptor;
  readonly manifest: Manifest | Index;
}

/** Indexes in indexes that are followed, and all manifests together. */
const DEEPEST = 8;
const MOST = 20_000;

/**
 * Every manifest that the index leads to, each once, through indexes in it. One that is not there is passed over: indexes may be sparse.
 * @throws IlabError E_REGISTRY (deeper, or more, than any layout), and as `Fetcher.fetch`
 */
export async function* reachable(from: Pick<Fetcher, 'fetch'>, index: LayoutIndex, options: CallOptions): AsyncGenerator<ReachedManifest> {
  const seen = new Set<Digest>();
  let level = index.entries.map(({ descriptor }) => descriptor);
  for (let depth = 0; level.length > 0; depth++) {
    const next: Descriptor[] = [];
    for (const descriptor of level) {
      if (!isManifestType(descriptor.mediaType) || descriptor.size > MAX_MANIFEST || seen.has(descriptor.digest)) continue;
      seen.add(descriptor.digest);
      if (depth === DEEPEST || seen.size > MOST) throw tooMuch();
      const manifest = await unlessMissing(fetchManifest(from, descriptor, options));
      if (!manifest) continue;
      yield { descriptor, manifest: manifest.manifest };
      if (manifest.manifest.kind === 'index') next.push(...manifest.manifest.manifests);
    }
    level = next;
  }
}

/** What refers to a manifest, wherever the index leads to it. */
export async function* referrersIn(
  from: Pick<Fetcher, 'fetch'>,
  { index, digest, artifactType }: { readonly index: LayoutIndex; readonly digest: Digest; readonly artifactType?: string | undefined },
  options: CallOptions,
): AsyncGenerator<Descriptor> {
  for await (const { descriptor, manifest } of reachable(from, index, options)) {
    if (manifest.subject?.digest !== digest) continue;
    const referrer = referrerOf(descriptor, manifest);
    if (artifactType === undefined || referrer.artifactType === artifactType) yield referrer;
  }
}

async function unlessMissing<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (isIlabError(error) && error.code === 'E_NOT_FOUND') return undefined;
    throw error;
  }
}

function tooMuch(): IlabError {
  return new IlabError('E_REGISTRY', `An image layout has indexes more than ${DEEPEST} deep, or more than ${MOST} manifests.`, { side: 'source' });
}
