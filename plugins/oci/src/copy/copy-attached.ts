import { copyGraph, type CopyOptions, type Descriptor, type RemoteRepository, referrersOf, type Target } from '@ilab/oras';
import { type CallOptions, digestParts, isIlabError } from '@ilab/plugin-api';
import { findTag } from '../upload/tag-last.ts';

export interface Attached {
  readonly root: Descriptor;
  /** Where it may be kept: mirrors may have been made without. */
  readonly places: readonly ((options: CallOptions) => Promise<RemoteRepository>)[];
  readonly target: Target;
}

/**
 * Copies what is attached to a manifest, by referrers and under cosign’s older tag, from every place that has some. A place that can't be
 * asked is passed over where another answers.
 * @returns how many there are
 */
export async function copyAttached({ root, places, target }: Attached, copying: CopyOptions): Promise<number> {
  const done = new Set<string>();
  let problem: unknown;
  let isAnswered = false;
  for (const open of places) {
    const found = await attachedAt(open, root, copying).catch((error: unknown) => {
      copying.signal?.throwIfAborted();
      if (!isIlabError(error)) throw error;
      problem = error;
      return undefined;
    });
    if (!found) continue;
    isAnswered = true;
    for (const { descriptor, tag } of found.attached.filter((one) => !done.has(one.tag ?? one.descriptor.digest))) {
      await copyGraph(found.place, descriptor, target, copying);
      if (tag !== undefined) await target.tag(descriptor, tag, copying);
      done.add(tag ?? descriptor.digest);
    }
  }
  if (!isAnswered && problem !== undefined) throw problem;
  return done.size;
}

interface Attachment {
  readonly descriptor: Descriptor;
  /** What it is found by, where it does not refer. */
  readonly tag?: string;
}

async function attachedAt(
  open: Attached['places'][number],
  root: Descriptor,
  options: CallOptions,
): Promise<{ readonly place: RemoteRepository; readonly attached: readonly Attachment[] }> {
  const place = await open(options);
  const referrers = (await referrersOf(place, root, options)).map((descriptor): Attachment => ({ descriptor }));
  const { algorithm, hex } = digestParts(root.digest);
  const tag = `${algorithm}-${hex}.sig`;
  const older = await findTag(place, tag, options);
  return { place, attached: older ? [...referrers, { descriptor: older, tag }] : referrers };
}
