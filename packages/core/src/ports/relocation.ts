import type { CallOptions } from './call-options.ts';
import type { Progress } from './progress.ts';

/** What moving the store would do, with nothing done yet. */
export interface MovePlan {
  /** Absolute and real, as is `to`. */
  readonly from: string;
  readonly to: string;
  /** Within a file system the directory gets another name; to another, everything is copied, checked, and then removed here. */
  readonly way: 'rename' | 'copy';
  readonly files: number;
  /** Bytes of those files; a file with several names counts once. */
  readonly bytes: number;
  /** Bytes of disk that `to` still needs; 0 for a rename. */
  readonly needed: number;
  /** Bytes of disk that are free there. */
  readonly available: number;
  /** Whether an interrupted move goes on. */
  readonly resumes: boolean;
}

/** Moves the models directory as a whole. After a crash at any point, the same move goes on and no file is lost. */
export interface Relocation {
  /**
   * @throws IlabError E_USAGE when `to` can't take a store (not empty, inside the other, the same), E_NOT_FOUND when there is none to move
   */
  plan(to: string, options: CallOptions): Promise<MovePlan>;

  /**
   * Brings everything to the new place, checked and synced; implementers MUST remove nothing yet, unless by the rename.
   * @returns files whose bytes were wrong before already, by the store's own records
   * @throws IlabError E_IN_USE, E_NO_SPACE, E_INTEGRITY, E_STORE
   */
  bring(plan: MovePlan, options: CallOptions & { readonly progress: Progress }): Promise<{ readonly damaged: readonly string[] }>;

  /**
   * Clears the old place of exactly what was brought over.
   * @returns what is still there: it came, or changed, meanwhile
   * @throws IlabError E_IN_USE, E_STORE
   */
  leave(plan: MovePlan, options: CallOptions): Promise<{ readonly left: readonly string[] }>;
}

/** What became of the setting that says where the models are. */
export type DirectoryChange =
  | { readonly changed: true; readonly file: string }
  /** Something else than the configuration decides; `advice` says what to set. */
  | { readonly changed: false; readonly advice: string };

/** The setting that says where the models are. */
export interface DirectorySetting {
  /** @throws IlabError E_BAD_CONFIG when the configuration can't be written */
  pointTo(directory: string, options: CallOptions): Promise<DirectoryChange>;
}
