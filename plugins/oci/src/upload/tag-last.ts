import type { Descriptor, Target } from '@ilab/oras';
import { type CallOptions, IlabError, isIlabError } from '@ilab/plugin-api';

/** What a tag names; undefined where it names nothing. */
export async function findTag(target: Target, tag: string, options: CallOptions): Promise<Descriptor | undefined> {
  try {
    return await target.resolve(tag, options);
  } catch (error) {
    if (isIlabError(error) && error.code === 'E_NOT_FOUND') return undefined;
    throw error;
  }
}

export interface Tagging {
  readonly tag: string;
  readonly descriptor: Descriptor;
  /** What the tag named when this began. */
  readonly before: Descriptor | undefined;
  /** As people know it, for an error. */
  readonly name: string;
}

/**
 * Names a manifest, unless somebody else moved the tag meanwhile. Registries move a tag without asking what it was, so that a look right
 * before is as near as one can come.
 * @throws IlabError E_CONFLICT, and as `Target.tag`
 */
export async function tagLast(target: Target, { tag, descriptor, before, name }: Tagging, options: CallOptions): Promise<void> {
  const now = await findTag(target, tag, options);
  if (now?.digest !== before?.digest && now?.digest !== descriptor.digest) {
    throw new IlabError('E_CONFLICT', `Somebody else moved ${name} meanwhile. It was left as it is.`, {
      hint: 'Look at what is there now; to replace it, run this again.',
      side: 'target',
    });
  }
  await target.tag(descriptor, tag, options);
}
