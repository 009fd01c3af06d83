import { noSpace } from '../errors/no-space.ts';
import type { CallOptions } from '../ports/call-options.ts';
import type { Logger } from '../ports/logger.ts';
import type { Progress } from '../ports/progress.ts';
import type { DirectoryChange, DirectorySetting, MovePlan, Relocation } from '../ports/relocation.ts';

/** A finished move. */
export interface MovedStore extends Pick<MovePlan, 'from' | 'to' | 'way' | 'files' | 'bytes'> {
  readonly setting: DirectoryChange;
  /** Paths below the old place that are still there. */
  readonly left: readonly string[];
  /** Paths below the new place whose bytes were wrong before already. */
  readonly damaged: readonly string[];
}

export interface MoveDeps {
  readonly relocation: Relocation;
  readonly setting: DirectorySetting;
  readonly progress: Progress;
  readonly logger: Logger;
}

/**
 * Moves the store: everything is brought over and checked, then the setting points there, and only then is the old place cleared, so
 * that at every moment the setting points to a whole store.
 * @throws IlabError E_NO_SPACE, and as `Relocation.bring` and `leave`
 */
export async function moveStore(deps: MoveDeps, plan: MovePlan, options: CallOptions): Promise<MovedStore> {
  const { from, to, way, files, bytes, needed, available } = plan;
  if (needed > available) throw noSpace({ what: 'The store needs', needed, available, path: to, hint: 'Free some space there, or choose another disk.' });
  const { damaged } = await deps.relocation.bring(plan, { ...options, progress: deps.progress });
  const setting = await deps.setting.pointTo(to, options);
  const { left } = await deps.relocation.leave(plan, options);
  if (damaged.length > 0) deps.logger.warn(`${damaged.length} files were damaged before the move and still are: ${damaged.join(', ')}`);
  return { from, to, way, files, bytes, setting, left, damaged };
}
