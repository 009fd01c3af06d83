import { isDigest } from '@ilab/core/adapter';
import type { Descriptor } from '../content/descriptor.ts';
import type { GraphSource, Target } from '../target/target.ts';
import { copyAttachment } from './copy-attachment.ts';
import { copyGraph } from './copy-graph.ts';
import type { CopyOptions, Origin } from './copy-options.ts';
import { type ReferrersOptions, referrersOf } from './referrers-of.ts';

export interface ExtendedCopyOptions extends CopyOptions, ReferrersOptions {}

/**
 * Copies what a reference names, with all that it holds and all that refers to it: signatures, attestations, bills of materials. Those come
 * after what they refer to, and the name last.
 * @returns what was copied
 * @throws IlabError as `copy`; E_REGISTRY for more referrers than anybody makes, unless those are left out
 */
export async function extendedCopy(
  source: GraphSource & Origin,
  reference: string,
  target: Target,
  to: string = reference,
  options: ExtendedCopyOptions = {},
): Promise<Descriptor> {
  const { onLeftOut } = options;
  const root = await source.resolve(reference, options);
  await copyGraph(source, root, target, options);
  for (const referrer of await referrersOf(source, root, options)) {
    if (!onLeftOut) await copyGraph(source, referrer, target, options);
    else {
      const leftOut = await copyAttachment(source, referrer, target, options);
      if (leftOut) onLeftOut(leftOut);
    }
  }
  if (!isDigest(to)) await target.tag(root, to, options);
  return root;
}
