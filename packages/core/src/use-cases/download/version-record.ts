import type { VersionRecord } from '../../model/stored.ts';
import type { DownloadPlan } from './plan-download.ts';

/**
 * The record of a name after a download: what was asked for under it before stays asked for, and where it pointed before is
 * kept, oldest first.
 */
export function movedRecord(plan: DownloadPlan, at: { readonly name: string; readonly now: string }): VersionRecord {
  const before = plan.record;
  const hasMoved = before !== undefined && before.revision !== plan.snapshot.revision;
  const moved = [...(before?.moved ?? []), ...(hasMoved ? [{ revision: before.revision, until: at.now }] : [])];
  return {
    ...before,
    name: at.name,
    kind: plan.snapshot.kind,
    revision: plan.snapshot.revision,
    selectors: plan.selectors,
    checked: at.now,
    moved,
  };
}

/** Selectors of two requests together; an empty list stands for everything and swallows the rest. */
export function joinSelectors(before: readonly string[] | undefined, asked: readonly string[]): readonly string[] {
  if (before === undefined) return asked;
  if (before.length === 0 || asked.length === 0) return [];
  return [...new Set([...before, ...asked])].sort();
}
