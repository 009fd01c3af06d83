import { type CallOptions, type Digest, IlabError } from '@ilab/core/adapter';
import type { Descriptor } from '../content/descriptor.ts';
import { isManifestType } from '../content/media-types.ts';
import { fetchManifest } from '../target/fetch-manifest.ts';
import type { GraphSource } from '../target/target.ts';
import type { OnLeftOut } from './left-out.ts';
import { type Allowance, type SoundReferrer, soundReferrers } from './sound-referrers.ts';

export interface ReferrersOptions extends CallOptions {
  /** How far to follow what refers to what refers to it; default 3: a signature of an attestation of a model. */
  readonly depth?: number;
  /** Whether to take a referrer; default: all. */
  readonly wanted?: (referrer: Descriptor) => boolean;
  /**
   * Leaves out nonsense, and more or larger things than anybody attaches, and tells of each, so that nobody who may only push keeps the rest
   * from being copied. Default: the first of them ends it all, as oras-go has it.
   */
  readonly onLeftOut?: OnLeftOut;
}

const DEPTH = 3;
const MOST_MANIFESTS = 20_000;
/** Of all that is taken where nonsense is left out. */
const MOST_SOUND: Readonly<Allowance> = { bytes: 1024 * 1024 * 1024, manifests: 4096 };

/**
 * What refers to a manifest, to the manifests in it, and to what refers to them, what is referred to before what refers to it.
 * @throws IlabError as `Source` and `ReferrerFinder`; E_REGISTRY for more than anybody makes
 */
export async function referrersOf(source: GraphSource, root: Descriptor, options: ReferrersOptions = {}): Promise<readonly Descriptor[]> {
  const { depth = DEPTH, wanted = () => true, onLeftOut, ...call } = options;
  const found: Descriptor[] = [];
  const allowance = { ...MOST_SOUND };
  let level = await manifestsIn(source, root, call);
  /** Manifests whose referrers were asked for, and referrers: what an index among them holds is none by that. */
  const asked = new Set<Digest>();
  const taken = new Set<Digest>(level.map(({ digest }) => digest));
  const isWanted = (referrer: Descriptor): boolean => !taken.has(referrer.digest) && wanted(referrer);
  for (let step = 0; step < depth && level.length > 0; step++) {
    const next: Descriptor[] = [];
    for (const subject of level) {
      if (asked.has(subject.digest)) continue;
      asked.add(subject.digest);
      const referrers = onLeftOut
        ? await soundReferrers(source, subject, { ...call, isWanted, allowance, onLeftOut })
        : allReferrers(source, subject, { ...call, isWanted });
      for await (const { referrer, manifests } of referrers) {
        taken.add(referrer.digest);
        if (taken.size > MOST_MANIFESTS) throw tooMany(root);
        found.push(referrer);
        next.push(...manifests);
      }
    }
    level = next;
  }
  return found;
}

type All = CallOptions & { readonly isWanted: (referrer: Descriptor) => boolean };

async function* allReferrers(
  source: GraphSource,
  subject: Descriptor,
  { isWanted, ...call }: All,
): AsyncGenerator<Pick<SoundReferrer, 'referrer' | 'manifests'>> {
  for await (const referrer of source.referrers(subject, call)) {
    if (isWanted(referrer)) yield { referrer, manifests: await manifestsIn(source, referrer, call) };
  }
}

/** A manifest and, where it is an index, those in it. */
async function manifestsIn(source: GraphSource, root: Descriptor, call: CallOptions): Promise<readonly Descriptor[]> {
  const all = new Map<Digest, Descriptor>();
  const queue = [root];
  for (let next = queue.pop(); next; next = queue.pop()) {
    if (all.has(next.digest) || !isManifestType(next.mediaType)) continue;
    if (all.size === MOST_MANIFESTS) throw tooMany(root);
    all.set(next.digest, next);
    const { manifest } = await fetchManifest(source, next, call);
    if (manifest.kind === 'index') queue.push(...manifest.manifests);
  }
  return [...all.values()];
}

function tooMany({ digest }: Descriptor): IlabError {
  return new IlabError('E_REGISTRY', `More than ${MOST_MANIFESTS} manifests are in or refer to ${digest}.`, { hint: 'Copy it without them.', side: 'source' });
}
