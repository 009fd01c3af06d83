import { isDigest } from '@ilab/core/adapter';
import type { Descriptor } from '../content/descriptor.ts';
import type { Source, Target } from '../target/target.ts';
import { copyGraph } from './copy-graph.ts';
import type { CopyOptions, Origin } from './copy-options.ts';

/**
 * Copies what a reference names, with all that it holds, and names it in the end: whoever finds the name finds all of it.
 * @param to the name at the target; a digest, or the source's digest: it gets none
 * @returns what was copied
 * @throws IlabError E_NOT_FOUND, E_BAD_REFERENCE, and as `copyGraph`
 */
export async function copy(source: Source & Origin, reference: string, target: Target, to: string = reference, options: CopyOptions = {}): Promise<Descriptor> {
  const root = await source.resolve(reference, options);
  await copyGraph(source, root, target, options);
  if (!isDigest(to)) await target.tag(root, to, options);
  return root;
}
