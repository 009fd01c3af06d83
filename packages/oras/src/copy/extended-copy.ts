import { type Digest, IlabError, isDigest } from '@ilab/core/adapter';
import type { Descriptor } from '../content/descriptor.ts';
import { isManifestType } from '../content/media-types.ts';
import { fetchManifest } from '../target/fetch-manifest.ts';
import type { GraphSource, Target } from '../target/target.ts';
import { copyGraph } from './copy-graph.ts';
import type { CopyOptions, Origin } from './copy-options.ts';

export interface ExtendedCopyOptions extends CopyOptions {
  /** How far to follow what refers to what refers to it; default 3: a signature of an attestation of a model. */
  readonly depth?: number;
  /** Whether to take a referrer; default: all. */
  readonly wanted?: (referrer: Descriptor) => boolean;
}

const DEPTH = 3;
const MOST_MANIFESTS = 20_000;

/**
 * Copies what a reference names, with all that it holds and all that refers to it: signatures, attestations, bills of materials. Those come
 * after what they refer to, and the name last.
 * @returns what was copied
 * @throws IlabError as `copy`; E_REGISTRY for more referrers than anybody makes
 */
export async function extendedCopy(
  source: GraphSource & Origin,
  reference: string,
  target: Target,
  to: string = reference,
  options: ExtendedCopyOptions = {},
): Promise<Descriptor> {
  const root = await source.resolve(reference, options);
  await copyGraph(source, root, target, options);
  for (const referrer of await referrersOf(source, root, options)) await copyGraph(source, referrer, target, options);
  if (!isDigest(to)) await target.tag(root, to, options);
  return root;
}

/**
 * What refers to a manifest, to the manifests in it, and to what refers to them, what is referred to before what refers to it.
 * @throws IlabError as `Source` and `ReferrerFinder`; E_REGISTRY for more than anybody makes
 */
export async function referrersOf(source: GraphSource, root: Descriptor, options: ExtendedCopyOptions = {}): Promise<readonly Descriptor[]> {
  const { depth = DEPTH, wanted = () => true, ...call } = options;
  const seen = new Set<Digest>();
  const found: Descriptor[] = [];
  let level = await manifestsIn(source, root, { seen, options: call });
  for (let step = 0; step < depth && level.length > 0; step++) {
    const next: Descriptor[] = [];
    for (const subject of level) {
      for await (const referrer of source.referrers(subject, call)) {
        if (seen.has(referrer.digest) || !wanted(referrer)) continue;
        next.push(...(await manifestsIn(source, referrer, { seen, options: call })));
        found.push(referrer);
      }
    }
    level = next;
  }
  return found;
}

interface Seeking {
  readonly seen: Set<Digest>;
  readonly options: CopyOptions;
}

/** A manifest and, where it is an index, those in it. */
async function manifestsIn(source: GraphSource, root: Descriptor, { seen, options }: Seeking): Promise<readonly Descriptor[]> {
  const all: Descriptor[] = [];
  const queue = [root];
  for (let next = queue.pop(); next; next = queue.pop()) {
    if (seen.has(next.digest) || !isManifestType(next.mediaType)) continue;
    seen.add(next.digest);
    if (seen.size > MOST_MANIFESTS) {
      throw new IlabError('E_REGISTRY', `More than ${MOST_MANIFESTS} manifests refer to ${root.digest}.`, { hint: 'Copy it without them.', side: 'source' });
    }
    all.push(next);
    const { manifest } = await fetchManifest(source, next, options);
    if (manifest.kind === 'index') queue.push(...manifest.manifests);
  }
  return all;
}
