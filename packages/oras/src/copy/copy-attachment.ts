import { type IlabError, isIlabError } from '@ilab/core/adapter';
import type { Descriptor } from '../content/descriptor.ts';
import { isNonsense } from '../target/is-nonsense.ts';
import type { Source, Target } from '../target/target.ts';
import { copyGraph } from './copy-graph.ts';
import type { CopyOptions, Origin } from './copy-options.ts';
import type { LeftOut } from './left-out.ts';

/**
 * Copies what is attached to a manifest, as `copyGraph`, unless the source has nonsense in its place, or the target will have none of it. What
 * the target has already, or mounts, is not read and so not judged.
 * @returns what kept it from arriving; undefined where it is there
 * @throws IlabError as `copyGraph`, for everything else
 */
export async function copyAttachment(source: Source & Origin, root: Descriptor, target: Target, options: CopyOptions = {}): Promise<LeftOut | undefined> {
  let nonsense: IlabError | undefined;
  let damage: IlabError | undefined;
  // What a target makes of an error in the middle of a body, nobody knows.
  const noting: Source & Origin = {
    ...source,
    async *fetch(descriptor, call) {
      try {
        yield* source.fetch(descriptor, call);
      } catch (error) {
        if (isIlabError(error) && isNonsense(error)) nonsense ??= error;
        else if (isIlabError(error) && error.code === 'E_INTEGRITY') damage ??= error;
        throw error;
      }
    },
  };
  try {
    await copyGraph(noting, root, target, options);
    return undefined;
  } catch (error) {
    options.signal?.throwIfAborted();
    if (damage) throw damage;
    if (nonsense) return { descriptor: root, why: nonsense, by: 'source' };
    if (isIlabError(error) && error.code === 'E_REGISTRY' && !error.retryable) return { descriptor: root, why: error, by: 'target' };
    throw error;
  }
}
