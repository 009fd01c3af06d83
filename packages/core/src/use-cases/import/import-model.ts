import { IlabError, isIlabError } from '../../errors/ilab-error.ts';
import { formatOf } from '../../model/format.ts';
import type { SnapshotId } from '../../model/snapshot.ts';
import type { MetadataFile, SnapshotMetadata } from '../../model/stored.ts';
import type { SnapshotWriter } from '../../ports/cache.ts';
import type { CallOptions } from '../../ports/call-options.ts';
import { adoptFrom } from '../download/donations.ts';
import { snapshotReference } from '../list-models.ts';
import { checkSignature } from './check-signature.ts';
import { type HashedFile, hashFiles } from './hash-files.ts';
import { moveNames, type NamePlan, planNames } from './move-names.ts';
import { type ImportDeps, type ImportItem, snapshotIdOf } from './plan-import.ts';

/** A model that is in the store now. */
export interface ImportedModel {
  /** Canonical, by its version name where it has one. */
  readonly reference: string;
  readonly revision: string;
  /** Real path of the snapshot. */
  readonly path: string;
  readonly tool: string;
  readonly from: string;
  readonly files: readonly string[];
  /** Of those files, in bytes. */
  readonly bytes: number;
  /** Bytes that were not in the store before. */
  readonly added: number;
}

/**
 * Brings one model in: hashes what no hash is known of, describes the snapshot, puts its files in place, and moves its names last. The
 * original stays as it is. Doing it again does nothing.
 * @throws IlabError E_INTEGRITY when a file is not what its tool noted, E_UNTRUSTED, E_AMBIGUOUS when the name is another model's, E_NO_SPACE, E_STORE
 */
export async function importModel(deps: ImportDeps, item: ImportItem, options: CallOptions): Promise<ImportedModel> {
  const { model, name } = item;
  const files = await hashFiles(deps, item, options);
  const id = snapshotIdOf(item, () => deps.foreign.revisionOf(files));
  const names = await planNames(deps, { item, id }, options);
  const isNew = (await deps.cache.snapshot(id, options)) === undefined;
  const metadata = await describe(deps, { item, id, files, names }, options);
  await deps.metadata.describe(metadata, options);
  const writer = await deps.cache.write(id, options);
  let damaged = false;
  try {
    let added = 0;
    for (const file of files.toSorted((a, b) => b.size - a.size)) added += await bringIn(deps, { file, item, writer }, options);
    await checkSignature(deps, { item, id, files, writer }, options);
    await moveNames(deps, { item, id, names, files }, options);
    const [first] = names;
    const grammar = { manifests: deps.registries.manifests, registries: deps.settings.registries };
    return {
      reference: snapshotReference({ id: { ...id, source: name.repository.adapter } }, { ...grammar, ...(first && { record: first }) }),
      revision: id.revision,
      path: writer.path,
      tool: model.tool,
      from: model.from,
      files: files.map(({ path }) => path),
      bytes: item.bytes,
      added,
    };
  } catch (error) {
    damaged = isIlabError(error) && (error.code === 'E_INTEGRITY' || error.code === 'E_UNTRUSTED');
    throw error;
  } finally {
    await writer.close();
    // It can never become whole from here, or is not wanted; what is left would only stand in the way of the original’s name.
    if (damaged && isNew) await deps.cache.remove(id, {});
  }
}

type Description = { readonly item: ImportItem; readonly id: SnapshotId; readonly files: readonly HashedFile[]; readonly names: readonly NamePlan[] };

/** What `.metadata` will say; where nobody knows the revision's whole list, what an earlier import found stays on it. */
async function describe(deps: ImportDeps, { item, id, files, names }: Description, options: CallOptions): Promise<SnapshotMetadata> {
  const { model, name } = item;
  const before = model.others === undefined ? await deps.metadata.snapshot(id, options) : undefined;
  const listed = new Map<string, MetadataFile>((before?.partial ? before.files : []).map((file) => [file.path, file]));
  for (const file of [...files.map(describeFile), ...(model.others ?? [])]) listed.set(file.path, file);
  const [first] = names;
  return {
    schema: 1,
    ...id,
    requested: { reference: name.repository.canonical, ...(first ? { version: first.name, kind: first.kind } : { kind: kindOf(id.revision) }) },
    created: deps.clock.now().toISOString(),
    tool: deps.tool,
    files: [...listed.values()].sort((a, b) => (a.path < b.path ? -1 : 1)),
    format: formatOf([...listed.keys()]),
    ...(model.manifest && { manifest: model.manifest }),
    ...(model.others === undefined && { partial: true }),
    imported: { from: model.from, tool: model.tool },
  };
}

function describeFile({ path, size, sha256, gitSha1, mediaType, xetHash }: HashedFile): MetadataFile {
  return {
    path,
    size,
    sha256,
    ...(gitSha1 !== undefined && { gitSha1 }),
    ...(mediaType !== undefined && { mediaType }),
    ...(xetHash !== undefined && { xetHash }),
    from: path,
  };
}

function kindOf(revision: string): 'digest' | 'commit' {
  return revision.includes(':') ? 'digest' : 'commit';
}

type Coming = { readonly file: HashedFile; readonly item: ImportItem; readonly writer: SnapshotWriter };

/** @returns bytes that were not in the store before */
async function bringIn(deps: ImportDeps, { file, item, writer }: Coming, options: CallOptions): Promise<number> {
  const { tool, mayLink } = item.model;
  const task = deps.progress.begin({ label: file.path, size: file.size });
  let outcome: 'linked' | 'failed' = 'failed';
  try {
    const isHere = (await writer.has(file)) || (await writer.reuse(file, { ...options, task }));
    const adopted = isHere || (await adoptFrom({ ...deps, writer, task }, { file, donation: { path: file.at, tool, mayLink } }, options));
    if (!adopted) {
      throw new IlabError('E_INTEGRITY', `${file.at} is not what ${tool} says it is, or can’t be read.`, {
        hint: 'Download the model instead; the damaged file is not used.',
        details: { file: file.path },
      });
    }
    outcome = 'linked';
    return isHere ? 0 : file.size;
  } finally {
    task.end(outcome);
  }
}
