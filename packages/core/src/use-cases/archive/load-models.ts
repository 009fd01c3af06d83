import { IlabError } from '../../errors/ilab-error.ts';
import { digestParts, isDigest } from '../../model/digest.ts';
import { LOCAL_HOST } from '../../model/local-host.ts';
import type { RemoteReference } from '../../model/reference.ts';
import type { VersionRecord } from '../../model/stored.ts';
import type { CallOptions } from '../../ports/call-options.ts';
import type { ForeignModels } from '../../ports/foreign-models.ts';
import type { Metadata } from '../../ports/metadata.ts';
import type { ArchivedModel, ModelArchives, OpenArchive } from '../../ports/model-archives.ts';
import type { Registry } from '../../ports/registry.ts';
import { parseReference } from '../../reference/parse-reference.ts';
import { defaultFiles } from '../../selection/default-files.ts';
import type { DownloadDeps } from '../download/deps.ts';
import { downloadModel } from '../download/download-model.ts';
import { type DownloadPlan, planDownload } from '../download/plan-download.ts';

export interface LoadDeps extends DownloadDeps {
  readonly archives: ModelArchives;
  readonly foreign: Pick<ForeignModels, 'revisionOf'>;
}

export interface LoadRequest {
  /** Of the archive. */
  readonly path: string;
  /** What to call the only model of an archive, instead of what the archive calls it. */
  readonly as?: string;
  /** Look, and write nothing. */
  readonly dryRun?: boolean;
}

/** A model that is here now, or would be. */
export interface LoadedModel {
  readonly reference: string;
  readonly revision: string;
  /** Real path of its snapshot; absent where nothing was written. */
  readonly path?: string;
  readonly files: number;
  /** Of the files. */
  readonly bytes: number;
  /** Those of `bytes` that were on this machine already; with `dryRun`, under this revision. */
  readonly here: number;
  /** Where the name pointed before, if elsewhere. */
  readonly movedFrom?: string;
}

/**
 * Brings the models of an archive into the store, as downloads do, without a network: every byte is proved by its digest, names move last,
 * and what is here is not taken again, so that it goes on where it was ended.
 * @throws IlabError E_USAGE (`as` for several), E_BAD_REFERENCE, E_REGISTRY (a name that is none, no archive), and as `downloadModel`
 */
export async function loadModels(deps: LoadDeps, request: LoadRequest, options: CallOptions): Promise<readonly LoadedModel[]> {
  await using archive = await deps.archives.open(request.path, options);
  const named = namedModels(deps, archive, request);
  const planned: Planned[] = [];
  // All of them are looked at before the first is written.
  for (const one of named) planned.push(await plan(deps, { archive, ...one }, options));
  const loaded: LoadedModel[] = [];
  for (const one of planned) loaded.push(request.dryRun ? foretold(one) : await load(deps, { archive, from: request.path, planned: one }, options));
  return loaded;
}

interface Named {
  readonly model: ArchivedModel;
  readonly reference: RemoteReference;
}

function namedModels(deps: LoadDeps, { models }: OpenArchive, { as, path }: LoadRequest): readonly Named[] {
  if (models.length === 0) throw new IlabError('E_NOT_FOUND', `${path} has no models.`, { hint: 'Is it the right file?' });
  if (as !== undefined && models.length > 1) {
    throw new IlabError('E_USAGE', `${path} has ${models.length} models, and --as is for one.`, { hint: 'Leave it out: they come under their own names.' });
  }
  return models.map((model) => ({ model, reference: referenceOf(deps, as ?? model.name, { model, path, isGiven: as !== undefined }) }));
}

function referenceOf(
  { registries, settings }: LoadDeps,
  name: string | undefined,
  { model, path, isGiven }: { readonly model: ArchivedModel; readonly path: string; readonly isGiven: boolean },
): RemoteReference {
  const hint = 'Say what it is to be called: --as HOST/REPOSITORY:TAG, for an archive of one model.';
  if (name === undefined) throw new IlabError('E_USAGE', `${path} has a model without a name: ${model.digest}.`, { hint });
  const reference = parseReference(name, { manifests: registries.manifests, registries: settings.registries });
  if (reference.kind === 'remote' && reference.selector === undefined) return reference;
  throw new IlabError(isGiven ? 'E_BAD_REFERENCE' : 'E_USAGE', `“${name.slice(0, 200)}” is no full name of a model.`, { hint });
}

interface Planned extends Named {
  readonly registry: Registry;
  readonly plan: DownloadPlan;
  readonly include?: readonly string[];
  readonly before: VersionRecord | undefined;
}

async function plan(deps: LoadDeps, { archive, model, reference }: Named & { readonly archive: OpenArchive }, options: CallOptions): Promise<Planned> {
  const registry = await archive.registry(model, reference);
  const { files } = await registry.resolve(reference, options);
  // Whoever saved it chose already.
  const include = defaultFiles(files).leftOut.length > 0 ? files.map(({ path }) => path) : undefined;
  const planned = await planDownload(deps, { registry, request: { reference, ...(include && { include }) } }, options);
  refuseFalse(deps.foreign, planned);
  await refuseOther(deps.metadata, planned, options);
  return { model, reference, registry, plan: planned, before: planned.record, ...(include && { include }) };
}

/** No registry stands behind a model of this machine; what its revision is follows from its files. @throws IlabError E_INTEGRITY */
function refuseFalse(foreign: LoadDeps['foreign'], { snapshot, reference }: DownloadPlan): void {
  if (snapshot.host !== LOCAL_HOST || snapshot.manifest || !isDigest(snapshot.revision)) return;
  const files = snapshot.files.map(({ path, blob }) => ({ path, sha256: digestParts(blob.digest).hex }));
  if (foreign.revisionOf(files) === snapshot.revision) return;
  throw new IlabError('E_INTEGRITY', `The archive’s files of ${reference.canonical} are not those of its revision, ${snapshot.revision}.`, {
    hint: 'Have it made again by whoever has the model.',
    side: 'source',
  });
}

/** What a revision's own registry said of it stands: an archive does not change that. @throws IlabError E_INTEGRITY */
async function refuseOther(metadata: Metadata, { snapshot, reference }: DownloadPlan, options: CallOptions): Promise<void> {
  const known = new Map((await metadata.snapshot(snapshot, options))?.files.map(({ path, sha256 }) => [path, sha256]));
  const other = snapshot.files.find(({ path, blob }) => {
    const sha256 = known.get(path);
    return sha256 !== undefined && blob.digest.startsWith('sha256:') && blob.digest !== `sha256:${sha256}`;
  });
  if (!other) return;
  throw new IlabError(
    'E_INTEGRITY',
    `The archive’s ${reference.canonical} is not the one that is here: “${other.path}” has other bytes in the same revision.`,
    {
      hint: 'Do not trust the archive, unless you know better.',
      side: 'source',
    },
  );
}

async function load(
  deps: LoadDeps,
  { archive, from, planned }: { readonly archive: OpenArchive; readonly from: string; readonly planned: Planned },
  options: CallOptions,
): Promise<LoadedModel> {
  const { registry, reference, include, before } = planned;
  // The archive is no registry that what is here could be held against.
  const { donors: _donors, hash: _hash, ...rest } = deps;
  const facade: DownloadDeps = {
    ...rest,
    registries: { manifests: deps.registries.manifests, open: () => Promise.resolve(registry) },
    transfer: archive.transfer(deps.transfer),
    metadata: claimed(deps.metadata, from),
  };
  const done = await downloadModel(facade, { reference, ...(include && { include }) }, options);
  return {
    reference: reference.canonical,
    revision: done.snapshot.revision,
    path: done.directory,
    files: done.files.length,
    bytes: done.bytes,
    here: Math.max(0, done.bytes - done.fetched),
    ...moved(before, done.snapshot.revision),
  };
}

/** A revision that no digest proves is only what the archive says: its registry describes it again when it is asked. */
function claimed(metadata: Metadata, from: string): Metadata {
  return {
    ...metadata,
    describe: (snapshot, options) =>
      metadata.describe(snapshot.manifest ? snapshot : { ...snapshot, partial: true, imported: { from, tool: 'ilab model save' } }, options),
  };
}

function foretold({ reference, plan: { snapshot, files, here, bytes }, before }: Planned): LoadedModel {
  const there = files.filter(({ path }) => here.has(path)).reduce((sum, { blob }) => sum + blob.size, 0);
  return { reference: reference.canonical, revision: snapshot.revision, files: files.length, bytes, here: there, ...moved(before, snapshot.revision) };
}

function moved(before: VersionRecord | undefined, revision: string): Pick<LoadedModel, 'movedFrom'> {
  return before && before.revision !== revision ? { movedFrom: before.revision } : {};
}
