import { type CallOptions, type Digest, IlabError } from '@ilab/core/adapter';
import { childrenOf } from '../content/children-of.ts';
import { type Descriptor, malformed } from '../content/descriptor.ts';
import { isManifestType } from '../content/media-types.ts';
import { fetchManifest } from '../target/fetch-manifest.ts';
import type { Fetcher } from '../target/target.ts';

/** What is attached to a manifest, before its blobs are read. */
export interface Weighed {
  /** It, and what is in it where it is an index. */
  readonly manifests: readonly Descriptor[];
  /** Of all of it, in bytes, as its manifests say. */
  readonly size: number;
}

/** In bytes. Bills of materials have some; a model is no attachment. */
const LARGEST = 64 * 1024 * 1024;
/** An attachment for each of some platforms. */
const MOST_INSIDE = 64;
/** Indexes in indexes; archives take no more than eight. */
const DEEPEST = 4;

/**
 * Reads the manifests of what is attached to another, and adds up what they say.
 * @param subject what it has to be attached to
 * @throws IlabError E_REGISTRY (attached to another, larger than any), and as `fetchManifest`
 */
export async function weigh(source: Pick<Fetcher, 'fetch'>, root: Descriptor, { subject, ...call }: CallOptions & { subject?: Descriptor }): Promise<Weighed> {
  if (!isManifestType(root.mediaType)) throw malformed('what refers to a manifest is no manifest');
  const weighing: Weighing = { source, call, manifests: [], sizes: new Map([[root.digest, root.size]]) };
  let level = await weighOne(weighing, root, subject);
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > DEEPEST || weighing.manifests.length + level.length > MOST_INSIDE) throw tooLarge();
    const next: Descriptor[] = [];
    for (const descriptor of level) next.push(...(await weighOne(weighing, descriptor)));
    level = next;
  }
  return { manifests: weighing.manifests, size: sum(weighing.sizes.values()) };
}

interface Weighing {
  readonly source: Pick<Fetcher, 'fetch'>;
  readonly call: CallOptions;
  readonly manifests: Descriptor[];
  readonly sizes: Map<Digest, number>;
}

/** @returns manifests in it that were not seen before */
async function weighOne({ source, call, manifests, sizes }: Weighing, descriptor: Descriptor, subject?: Descriptor): Promise<readonly Descriptor[]> {
  manifests.push(descriptor);
  const { manifest } = await fetchManifest(source, descriptor, call);
  if (subject && manifest.subject?.digest !== subject.digest) throw malformed('what is said to refer to a manifest refers to another');
  const fresh = childrenOf(manifest).filter(({ digest, mediaType }) => !sizes.has(digest) && isManifestType(mediaType));
  // By the larger one, where manifests disagree.
  for (const { digest, size } of childrenOf(manifest)) sizes.set(digest, Math.max(size, sizes.get(digest) ?? 0));
  if (sum(sizes.values()) > LARGEST) throw tooLarge();
  return fresh;
}

function sum(sizes: Iterable<number>): number {
  return [...sizes].reduce((total, size) => total + size, 0);
}

function tooLarge(): IlabError {
  return new IlabError(
    'E_REGISTRY',
    `It has more than ${LARGEST / 1024 / 1024} MiB, or more than ${MOST_INSIDE} manifests, or those more than ${DEEPEST} deep.`,
    { side: 'source' },
  );
}
