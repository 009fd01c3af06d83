import { IlabError } from '../../errors/ilab-error.ts';
import type { SnapshotId, VersionKind } from '../../model/snapshot.ts';
import type { VersionRecord } from '../../model/stored.ts';
import type { CallOptions } from '../../ports/call-options.ts';
import { joinSelectors, movedTo } from '../download/version-record.ts';
import type { HashedFile } from './hash-files.ts';
import type { ImportDeps, ImportItem } from './plan-import.ts';

/** A version name that will point to what comes in, with where it points now. */
export interface NamePlan {
  readonly name: string;
  readonly kind: VersionKind;
  readonly record: VersionRecord | undefined;
}

type Naming = { readonly item: ImportItem; readonly id: SnapshotId };

/**
 * Which names can be moved here. A name that points to something else keeps pointing there: what the registry was asked for is newer
 * than what another tool has. Only an earlier import from the same place gives way.
 * @throws IlabError E_AMBIGUOUS when the name was made or given for this import, and is another model's
 */
export async function planNames(deps: ImportDeps, { item, id }: Naming, options: CallOptions): Promise<readonly NamePlan[]> {
  const plans: NamePlan[] = [];
  for (const { name, kind } of item.name.versions) {
    const record = await deps.metadata.version(id, name, options);
    const before = record && record.revision !== id.revision ? await deps.metadata.snapshot({ ...id, revision: record.revision }, options) : undefined;
    const isFree = record === undefined || record.revision === id.revision || before?.imported?.from === item.model.from;
    if (isFree) plans.push({ name, kind, record });
    else if (item.name.own) throw taken(`${id.host}/${id.repository}:${name}`, item);
  }
  return plans;
}

export async function moveNames(
  deps: ImportDeps,
  { item, id, names, files }: Naming & { readonly names: readonly NamePlan[]; readonly files: readonly HashedFile[] },
  options: CallOptions,
): Promise<void> {
  const now = deps.clock.now().toISOString();
  const asked = item.model.whole ? [] : files.map(({ path }) => path).sort();
  for (const { name, kind, record } of names) {
    const selectors = record?.revision === id.revision ? joinSelectors(record.selectors, asked) : asked;
    await deps.metadata.moveVersion(id, movedTo(record, { name, kind, revision: id.revision, selectors, now }), options);
  }
}

function taken(reference: string, { model }: ImportItem): IlabError {
  return new IlabError('E_AMBIGUOUS', `${reference} is another model already, so ${model.from} can’t be called that.`, {
    hint: 'Give it another name with --as, as localhost/another-name:v1.',
  });
}
