import type { CallOptions } from '@ilab/core/adapter';
import type { Descriptor } from '../content/descriptor.ts';

/** How to copy, and who wants to know of it. */
export interface CopyOptions extends CallOptions {
  /** Blobs of one manifest that are on their way at once; default 4. */
  readonly concurrency?: number;
  /** Told of everything that was sent, after it is there. */
  readonly onCopied?: (descriptor: Descriptor) => void;
  /** Told of what the target had; of a manifest, with all that it holds. */
  readonly onSkipped?: (descriptor: Descriptor) => void;
  /** Told of what the target took from another repository without its being sent. */
  readonly onMounted?: (descriptor: Descriptor) => void;
}

/** Where a source is, if it is a repository: whoever copies to the same host may mount from it. */
export interface Origin {
  readonly host?: string;
  readonly repository?: string;
}
