import type { IlabError } from '@ilab/core/adapter';
import type { Descriptor } from '../content/descriptor.ts';

/** Something that was attached to a manifest and is not taken along. */
export interface LeftOut {
  /** What it is; the manifest that it should refer to, where the list itself makes no sense. */
  readonly descriptor: Descriptor;
  readonly why: IlabError;
  /** Who is to blame: the source has nonsense, or too much, or the target refuses it. */
  readonly by: 'source' | 'target';
}

/** Told of everything that is left out; to end the copy, it throws. */
export type OnLeftOut = (leftOut: LeftOut) => void;
