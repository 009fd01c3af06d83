import type { AnswerCache, Digest } from '@ilab/core/adapter';

/** An upload that could not go on where an earlier one had stopped. */
export interface UploadRestart {
  readonly host: string;
  readonly repository: string;
  readonly digest: Digest;
}

/** How uploads are kept track of. */
export interface UploadSettings {
  /**
   * Keeps where an unfinished upload goes on, so that another process can. Without it an upload that fails is given up at the registry,
   * too. What is kept lets nobody in without the credentials.
   */
  readonly sessions?: AnswerCache;
  /** Told when the registry has nothing any more of what was sent before: it is sent again from the beginning. */
  readonly onRestart?: (restart: UploadRestart) => void;
}
