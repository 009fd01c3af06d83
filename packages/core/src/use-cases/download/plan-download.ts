import { IlabError } from '../../errors/ilab-error.ts';
import { digestParts } from '../../model/digest.ts';
import type { RemoteReference } from '../../model/reference.ts';
import type { RemoteFile, RemoteSnapshot } from '../../model/snapshot.ts';
import type { VersionRecord } from '../../model/stored.ts';
import type { CallOptions } from '../../ports/call-options.ts';
import type { Registry } from '../../ports/registry.ts';
import { snapshotEntries } from '../../model/snapshot-entries.ts';
import { describeChoices, selectFiles } from '../../selection/select-files.ts';
import type { DownloadDeps } from './deps.ts';
import { joinSelectors } from './version-record.ts';

/** What to download. */
export interface DownloadRequest {
  readonly reference: RemoteReference;
  /** Globs of files to take, beside the reference's selector. */
  readonly include?: readonly string[];
  /** Globs of files to leave out. */
  readonly exclude?: readonly string[];
  /** Fetch again what is here. */
  readonly force?: boolean;
  /** Whether to take what other tools have; absent: as the settings say. */
  readonly donors?: boolean;
}

/** What a download would do, with nothing done yet. */
export interface DownloadPlan {
  readonly reference: RemoteReference;
  readonly snapshot: RemoteSnapshot;
  /** The files to have in the end, those already here among them. */
  readonly files: readonly RemoteFile[];
  /** Paths of those that stand in this snapshot already. */
  readonly here: ReadonlySet<string>;
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
 * @throws IlabError as `Registry.resolve`; E_NOT_FOUND when the selector fits no file
 */
export async function planDownload(
  deps: Pick<DownloadDeps, 'cache' | 'metadata'>,
  { registry, request }: { readonly registry: Registry; readonly request: DownloadRequest },
  options: CallOptions,
): Promise<DownloadPlan> {
  const snapshot = await registry.resolve(request.reference, options);
  snapshotEntries(snapshot.files.map((file) => file.path));
  const asked = askedFiles(snapshot, request);
  const record = snapshot.version === undefined ? undefined : await deps.metadata.version(snapshot, snapshot.version, options);
  const selectors = joinSelectors(record?.selectors, askedSelectors(request, asked));
  const wanted = record && record.revision !== snapshot.revision ? carryAlong(snapshot, { asked, selectors }) : asked;

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
    selectors,
    ...(record && { record }),
    bytes: sum(wanted) + archiveBytes(snapshot),
    needed,
    available: await deps.cache.available(snapshot, { ...options, blobs: missing.map((file) => file.blob.digest) }),
  };
}

function askedFiles(snapshot: RemoteSnapshot, request: DownloadRequest): readonly RemoteFile[] {
  const files = snapshot.files.map((file) => ({ ...file, size: file.blob.size }));
  const asked = selectFiles(files, request.reference.selector, request);
  if (asked.length > 0 || snapshot.archives.length > 0 || files.length === 0) return asked;
  const what = request.reference.selector ?? [...(request.include ?? []), ...(request.exclude ?? [])].join(' ');
  throw new IlabError('E_NOT_FOUND', `No file of ${request.reference.canonical} fits “${what}”.`, { hint: describeChoices(files) });
}

/** A name that leaves files out can't be told as globs alone, so what it took is recorded by name. */
function askedSelectors(request: DownloadRequest, asked: readonly RemoteFile[]): readonly string[] {
  if (request.exclude?.length) return asked.map((file) => file.path).sort();
  const selector = request.reference.selector;
  if (request.include?.length) return selector === undefined ? request.include : asked.map((file) => file.path).sort();
  return selector === undefined ? [] : [selector];
}

/** A name that moves takes all that was asked for under it along; what the new revision no longer has is dropped. */
function carryAlong(
  snapshot: RemoteSnapshot,
  { asked, selectors }: { readonly asked: readonly RemoteFile[]; readonly selectors: readonly string[] },
): readonly RemoteFile[] {
  if (selectors.length === 0) return snapshot.files;
  const files = snapshot.files.map((file) => ({ ...file, size: file.blob.size }));
  const paths = new Set(asked.map((file) => file.path));
  for (const selector of selectors) for (const file of selectFiles(files, selector)) paths.add(file.path);
  return snapshot.files.filter((file) => paths.has(file.path));
}

function archiveBytes(snapshot: RemoteSnapshot): number {
  return snapshot.archives.reduce((total, archive) => total + archive.blob.size, 0);
}

function sum(files: readonly RemoteFile[]): number {
  const byBlob = new Map(files.map((file) => [digestParts(file.blob.digest).hex, file.blob.size]));
  return [...byBlob.values()].reduce((total, size) => total + size, 0);
}
