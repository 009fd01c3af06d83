import {
  copyAttachment,
  type CopyOptions,
  type Descriptor,
  isNonsense,
  type LeftOut,
  referrersOf,
  type RemoteRepository,
  type Target,
  weigh,
} from '@ilab/oras';
import { type CallOptions, digestParts, type IlabError, isIlabError } from '@ilab/plugin-api';
import { findTag } from '../upload/tag-last.ts';

export interface Attached {
  readonly root: Descriptor;
  /** Where it may be kept: mirrors may have been made without. */
  readonly places: readonly ((options: CallOptions) => Promise<RemoteRepository>)[];
  readonly target: Target;
}

/** What came of it, by digests, and tags where tools find it by those. */
export interface CopiedAttachments {
  readonly arrived: ReadonlySet<string>;
  readonly leftOut: ReadonlyMap<string, Omit<LeftOut, 'descriptor'>>;
}

/**
 * Copies what is attached to a manifest, by referrers and under cosign’s older tag, from every place that has some. A place that can't be
 * asked is passed over where another answers; nonsense that somebody put there is left out.
 * @throws IlabError as `copyGraph`; E_REGISTRY where the target refuses all of it
 */
export async function copyAttached({ root, places, target }: Attached, copying: CopyOptions): Promise<CopiedAttachments> {
  const arrived = new Set<string>();
  const leftOut: Outcome['leftOut'] = new Map();
  let problem: unknown;
  let isAnswered = false;
  for (const open of places) {
    const found = await attachedAt(open, root, { ...copying, leaveOut: (name, why) => leftOut.set(name, { why, by: 'source' }) }).catch((error: unknown) => {
      copying.signal?.throwIfAborted();
      if (!isIlabError(error)) throw error;
      problem = error;
      return undefined;
    });
    if (!found) continue;
    isAnswered = true;
    for (const attachment of found.attached) await copyOne(found.place, attachment, { target, copying, arrived, leftOut });
  }
  if (!isAnswered && problem !== undefined) throw problem;
  // What is nonsense at one place can be whole at the next.
  for (const name of arrived) leftOut.delete(name);
  const refusal = [...leftOut.values()].find(({ by }) => by === 'target');
  if (refusal && arrived.size === 0) throw refusal.why;
  return { arrived, leftOut };
}

interface Attachment {
  readonly descriptor: Descriptor;
  /** What it is found by, where it does not refer. */
  readonly tag?: string;
}

interface Outcome {
  readonly target: Target;
  readonly copying: CopyOptions;
  readonly arrived: Set<string>;
  readonly leftOut: Map<string, Omit<LeftOut, 'descriptor'>>;
}

async function copyOne(place: RemoteRepository, { descriptor, tag }: Attachment, { target, copying, arrived, leftOut }: Outcome): Promise<void> {
  const name = tag ?? descriptor.digest;
  if (arrived.has(name)) return;
  const lost = await copyAttachment(place, descriptor, target, copying);
  if (lost) return void leftOut.set(name, lost);
  if (tag !== undefined) await target.tag(descriptor, tag, copying);
  arrived.add(name);
}

type Asking = CallOptions & { readonly leaveOut: (name: string, why: IlabError) => void };

async function attachedAt(
  open: Attached['places'][number],
  root: Descriptor,
  { leaveOut, ...options }: Asking,
): Promise<{ readonly place: RemoteRepository; readonly attached: readonly Attachment[] }> {
  const place = await open(options);
  const found = await referrersOf(place, root, { ...options, onLeftOut: ({ descriptor, why }) => leaveOut(descriptor.digest, why) });
  const referrers = found.map((descriptor): Attachment => ({ descriptor }));
  const { algorithm, hex } = digestParts(root.digest);
  const tag = `${algorithm}-${hex}.sig`;
  try {
    const older = await findTag(place, tag, options);
    if (!older) return { place, attached: referrers };
    await weigh(place, older, options);
    return { place, attached: [...referrers, { descriptor: older, tag }] };
  } catch (error) {
    if (!isIlabError(error) || !isNonsense(error)) throw error;
    leaveOut(tag, error);
    return { place, attached: referrers };
  }
}
