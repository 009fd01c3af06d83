import { IlabError } from '../../errors/ilab-error.ts';
import { digestParts } from '../../model/digest.ts';
import type { RemoteReference } from '../../model/reference.ts';
import { SIGNATURE_FILE } from '../../model/signature.ts';
import type { RemoteFile, RemoteSnapshot } from '../../model/snapshot.ts';
import type { VersionRecord } from '../../model/stored.ts';
import type { CallOptions } from '../../ports/call-options.ts';
import type { Registry } from '../../ports/registry.ts';
import { snapshotEntries } from '../../model/snapshot-entries.ts';
import { type DefaultFiles, defaultFiles, type LeftOut } from '../../selection/default-files.ts';
import { describeChoices, selectFiles } from '../../selection/select-files.ts';
import { policyFor } from '../signatures/policy-for.ts';
import { checkHistory } from './check-history.ts';
import type { DownloadDeps } from './deps.ts';
import { joinSelectors } from './version-record.ts';

/** What to download. */
export interface DownloadRequest {
  readonly reference: RemoteReference;
  /** Globs of files to take, beside the reference's selector. */
  readonly include?: readonly string[];
  /** Globs of files to leave out. */
  readonly exclude?: readonly string[];
  /** Fetch again what is here, and follow a name that moved to whatever repository. */
  readonly force?: boolean;
  /** Whether to take what other tools have; absent: as the settings say. */
  readonly donors?: boolean;
  /** Told what would come, before anything of it does; whoever throws has nothing fetched. */
  readonly beforeFetching?: (plan: DownloadPlan) => Promise<void>;
}

/** Files that a download leaves out. */
export interface LeftOutFiles {
  readonly why: LeftOut<RemoteFile>['why'];
  readonly files: readonly string[];
  /** Of the files. */
  readonly bytes: number;
}

/** What a download would do, with nothing done yet. */
export interface DownloadPlan {
  readonly reference: RemoteReference;
  readonly snapshot: RemoteSnapshot;
  /** The files to have in the end, those already here among them. */
  readonly files: readonly RemoteFile[];
  /** Paths of those that stand in this snapshot already. */
  readonly here: ReadonlySet<string>;
  /** Files that were left out because nobody asked for any by name. */
  readonly leftOut: readonly LeftOutFiles[];
  /** Tools that seem to have files which are not here, by path; only where they were asked, see `planDonations`. */
  readonly donations?: ReadonlyMap<string, string>;
  /** What the version name will have been asked for. */
  readonly selectors: readonly string[];
  /** The version name as it is now. */
  readonly record?: VersionRecord;
  /** Bytes of files and archives. */
  readonly bytes: number;
  /** Bytes of disk that are needed for what is not here. */
  readonly needed: number;
  /** Bytes of disk that are free. */
  readonly available: number;
}

/**
 * Asks the registry and the store, and decides which files to have.
 * @throws IlabError as `Registry.resolve`; E_NOT_FOUND when the selector fits no file; E_INTEGRITY when the name moved to a repository that
 * does not know where it pointed before
 */
export async function planDownload(
  deps: Pick<DownloadDeps, 'cache' | 'metadata' | 'settings'>,
  { registry, request }: { readonly registry: Registry; readonly request: DownloadRequest },
  options: CallOptions,
): Promise<DownloadPlan> {
  const snapshot = await registry.resolve(request.reference, options);
  snapshotEntries(snapshot.files.map((file) => file.path));
  const { files: asked, leftOut } = askedFiles(snapshot, request);
  const record = snapshot.version === undefined ? undefined : await deps.metadata.version(snapshot, snapshot.version, options);
  const hasMoved = record !== undefined && record.revision !== snapshot.revision;
  if (hasMoved && !request.force) await checkHistory(registry, { ...snapshot, revision: record.revision, name: record.name }, options);
  const before = hasMoved && record.selectors.length === 0 ? defaultSelectors(snapshot) : record?.selectors;
  const selectors = joinSelectors(before, askedSelectors(request, { asked, leftOut }));
  const carried = hasMoved ? carryAlong(snapshot, { asked, selectors }) : asked;
  const wanted = policyFor(deps.settings, snapshot) ? withSignature(snapshot, carried) : carried;

  const stored = request.force ? undefined : await deps.cache.snapshot(snapshot, options);
  const here = new Set(stored?.files.map((file) => file.path));
  const archived = stored?.metadata.archives && stored.missing.length === 0 ? 0 : archiveBytes(snapshot);
  const missing = wanted.filter((file) => !here.has(file.path));
  const needed = sum(missing) + archived * 2;
  return {
    reference: request.reference,
    snapshot,
    files: wanted,
    here,
    leftOut: leftOut.map((group) => describeLeftOut(group, wanted)).filter((group) => group.files.length > 0),
    selectors,
    ...(record && { record }),
    bytes: sum(wanted) + archiveBytes(snapshot),
    needed,
    available: await deps.cache.available(snapshot, { ...options, blobs: missing.map((file) => file.blob.digest) }),
  };
}

function askedFiles(snapshot: RemoteSnapshot, request: DownloadRequest): DefaultFiles<RemoteFile> {
  const { selector } = request.reference;
  if (selector === undefined && !request.include?.length && !request.exclude?.length) return defaultFiles(snapshot.files);
  const files = selectFiles(snapshot.files, selector, request);
  if (files.length > 0 || snapshot.archives.length > 0 || snapshot.files.length === 0) return { files, leftOut: [] };
  const what = selector ?? [...(request.include ?? []), ...(request.exclude ?? [])].join(' ');
  throw new IlabError('E_NOT_FOUND', `No file of ${request.reference.canonical} fits “${what}”.`, {
    hint: describeChoices(snapshot.files),
    details: { selector: what },
  });
}

function describeLeftOut({ why, files }: LeftOut<RemoteFile>, wanted: readonly RemoteFile[]): LeftOutFiles {
  const left = files.filter((file) => !wanted.includes(file));
  return { why, files: left.map(({ path }) => path), bytes: sum(left) };
}

/** A name that leaves files out can't be told as globs alone, so what it took is recorded by name. */
function askedSelectors(request: DownloadRequest, { asked, leftOut }: { asked: readonly RemoteFile[]; leftOut: readonly unknown[] }): readonly string[] {
  if (request.exclude?.length || leftOut.length > 0) return byName(asked);
  const selector = request.reference.selector;
  if (request.include?.length) return selector === undefined ? request.include : byName(asked);
  return selector === undefined ? [] : [selector];
}

/** What a name stands for under which nothing was asked for by name. */
function defaultSelectors(snapshot: RemoteSnapshot): readonly string[] {
  const { files, leftOut } = defaultFiles(snapshot.files);
  return leftOut.length > 0 ? byName(files) : [];
}

function byName(files: readonly RemoteFile[]): readonly string[] {
  return files.map((file) => file.path).sort();
}

/** A name that moves takes all that was asked for under it along; what the new revision no longer has is dropped. */
function carryAlong(
  snapshot: RemoteSnapshot,
  { asked, selectors }: { readonly asked: readonly RemoteFile[]; readonly selectors: readonly string[] },
): readonly RemoteFile[] {
  if (selectors.length === 0) return snapshot.files;
  const paths = new Set(asked.map((file) => file.path));
  for (const selector of selectors) for (const file of selectFiles(snapshot.files, selector)) paths.add(file.path);
  return snapshot.files.filter((file) => paths.has(file.path));
}

/** Whoever takes a part of a signed model needs its signature all the same. */
function withSignature(snapshot: RemoteSnapshot, wanted: readonly RemoteFile[]): readonly RemoteFile[] {
  return snapshot.files.filter((file) => file.path === SIGNATURE_FILE || wanted.includes(file));
}

function archiveBytes(snapshot: RemoteSnapshot): number {
  return snapshot.archives.reduce((total, archive) => total + archive.blob.size, 0);
}

function sum(files: readonly RemoteFile[]): number {
  const byBlob = new Map(files.map((file) => [digestParts(file.blob.digest).hex, file.blob.size]));
  return [...byBlob.values()].reduce((total, size) => total + size, 0);
}
