import type { CopyResult } from '@ilab/plugin-api';
import type { CopiedAttachments } from './copy-attached.ts';

/** Told one by one; of more than that nobody reads each. */
const MOST_TOLD = 20;

/** What did not come along, each with its reason. */
export function tellLeftOut(
  leftOut: CopiedAttachments['leftOut'],
  { source, target }: { readonly source: string; readonly target: string },
): Pick<CopyResult, 'leftOut' | 'notices'> {
  if (leftOut.size === 0) return {};
  const all = [...leftOut];
  const notices = all
    .slice(0, MOST_TOLD)
    .map(
      ([name, { why, by }]) =>
        `What is attached as ${name} was left out: ${by === 'source' ? `${source} has nothing usable there` : `${target} refuses it`}. ${why.message}`,
    );
  const rest = all.length - notices.length;
  return { leftOut: all.map(([name]) => name), notices: rest > 0 ? [...notices, `${rest} more of what is attached were left out.`] : notices };
}
