import { type CallOptions, type Digest, IlabError, isIlabError } from '@ilab/core/adapter';
import type { Descriptor } from '../content/descriptor.ts';
import { isNonsense } from '../target/is-nonsense.ts';
import type { GraphSource } from '../target/target.ts';
import type { OnLeftOut } from './left-out.ts';
import { type Weighed, weigh } from './weigh.ts';

/** What may still be taken along, of everything that refers to one root, however far away. */
export interface Allowance {
  bytes: number;
  manifests: number;
}

/** Of one list. A type that somebody floods keeps no other from its turn. */
const MOST_OF_A_TYPE = 512;
const MOST = 1024;
/** As signatures are found by, of cosign and notation: they have their turn first. */
const SIGNATURES: readonly (string | undefined)[] = ['application/vnd.dev.sigstore.bundle.v0.3+json', 'application/vnd.cncf.notary.signature'];

export interface Sifting extends CallOptions {
  /** Whether to look at it at all. */
  readonly isWanted: (referrer: Descriptor) => boolean;
  readonly allowance: Allowance;
  readonly onLeftOut: OnLeftOut;
}

/** What refers to a manifest, as far as its manifests go. */
export interface SoundReferrer extends Weighed {
  readonly referrer: Descriptor;
}

/**
 * What refers to a manifest, without the nonsense, the smallest first: what somebody pushed to take up all the room comes last.
 * @throws IlabError as `ReferrerFinder` and `Fetcher`, for what is no nonsense
 */
export async function soundReferrers(source: GraphSource, subject: Descriptor, sifting: Sifting): Promise<readonly SoundReferrer[]> {
  const { isWanted: _isWanted, allowance, onLeftOut, ...call } = sifting;
  const leaveOut = (descriptor: Descriptor, why: IlabError): void => onLeftOut({ descriptor, why, by: 'source' });
  // One may be listed twice, once with a size that is not its own.
  const sound = new Map<Digest, SoundReferrer>();
  for (const referrer of await someOf(source, subject, sifting)) {
    if (sound.has(referrer.digest)) continue;
    try {
      sound.set(referrer.digest, { referrer, ...(await weigh(source, referrer, { ...call, subject })) });
    } catch (error) {
      if (!isIlabError(error) || !isNonsense(error)) throw error;
      leaveOut(referrer, error);
    }
  }
  return [...sound.values()]
    .sort((a, b) => a.size - b.size)
    .filter(({ referrer, size, manifests }) => {
      const fits = size <= allowance.bytes && manifests.length <= allowance.manifests;
      if (fits) {
        allowance.bytes -= size;
        allowance.manifests -= manifests.length;
      } else leaveOut(referrer, tooMuch());
      return fits;
    });
}

/** As many of a list as are looked at. */
async function someOf(source: GraphSource, subject: Descriptor, { isWanted, onLeftOut, allowance: _allowance, ...call }: Sifting): Promise<Descriptor[]> {
  const all: Descriptor[] = [];
  try {
    for await (const referrer of source.referrers(subject, call)) if (isWanted(referrer)) all.push(referrer);
  } catch (error) {
    if (!isIlabError(error) || !isNonsense(error)) throw error;
    const why = new IlabError('E_REGISTRY', `Not all that refers to it can be told: ${error.message}`, { side: 'source', cause: error });
    onLeftOut({ descriptor: subject, why, by: 'source' });
  }
  const rank = ({ artifactType }: Descriptor): number => (SIGNATURES.includes(artifactType) ? 0 : 1);
  const counts = new Map<string | undefined, number>();
  let count = 0;
  return all
    .sort((a, b) => rank(a) - rank(b))
    .filter((referrer) => {
      const ofType = (counts.get(referrer.artifactType) ?? 0) + 1;
      counts.set(referrer.artifactType, ofType);
      const fits = ofType <= MOST_OF_A_TYPE && ++count <= MOST;
      if (!fits) onLeftOut({ descriptor: referrer, why: tooMuch(), by: 'source' });
      return fits;
    });
}

function tooMuch(): IlabError {
  return new IlabError('E_REGISTRY', 'More is attached to it than anybody attaches to a model.', { side: 'source' });
}
