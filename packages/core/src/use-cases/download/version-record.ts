import type { VersionRecord } from '../../model/stored.ts';
import type { DownloadPlan } from './plan-download.ts';

/**
 * The record of a name after a download: what was asked for under it before stays asked for, and where it pointed before is
 * kept, oldest first.
 */
export function movedRecord(plan: DownloadPlan, at: { readonly name: string; readonly now: string }): VersionRecord {
  const { kind, revision } = plan.snapshot;
  return movedTo(plan.record, { ...at, kind, revision, selectors: plan.selectors });
}

/** The record of a name that points somewhere from now on. */
export function movedTo(
  before: VersionRecord | undefined,
  { now, ...to }: Pick<VersionRecord, 'name' | 'kind' | 'revision' | 'selectors'> & { readonly now: string },
): VersionRecord {
  const hasMoved = before !== undefined && before.revision !== to.revision;
  const moved = [...(before?.moved ?? []), ...(hasMoved ? [{ revision: before.revision, until: now }] : [])];
  return { ...before, ...to, checked: now, moved };
}

/** Selectors of two requests together; an empty list stands for everything and swallows the rest. */
export function joinSelectors(before: readonly string[] | undefined, asked: readonly string[]): readonly string[] {
  if (before === undefined) return asked;
  if (before.length === 0 || asked.length === 0) return [];
  return [...new Set([...before, ...asked])].sort();
}
