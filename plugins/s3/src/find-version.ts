import { type CallOptions, forEachAtOnce, type RemoteFile } from '@ilab/plugin-api';
import type { Bucket } from './bucket.ts';
import { describeObject } from './describe-object.ts';
import { missingRepository, missingVersion } from './errors.ts';
import { type ListedObject, type Listing, listObjects } from './list-objects.ts';

/** What a version is called that nobody named: the folder of that name, or else the repository's own. */
export const LATEST = 'latest';

/** Questions under way at once. */
const AT_ONCE = 16;

/** The objects of a version, and the folder that their paths are taken below. */
export interface FoundVersion {
  readonly root: string;
  readonly objects: readonly ListedObject[];
}

/**
 * Finds a version: a folder of the repository. A repository that has files of its own and no folder `latest` is one version, by that name.
 * @throws IlabError E_NOT_FOUND (repository or version, told apart), as {@link listObjects}
 */
export async function findVersion(bucket: Bucket, version: string, options: CallOptions): Promise<FoundVersion> {
  const root = `${bucket.prefix}${version}/`;
  const { objects } = await listObjects(bucket, { prefix: root }, options);
  if (objects.length > 0) return { root, objects };
  const above = await listObjects(bucket, { prefix: bucket.prefix, folders: true }, options);
  if (version === LATEST && above.objects.length > 0) {
    return { root: bucket.prefix, objects: (await listObjects(bucket, { prefix: bucket.prefix }, options)).objects };
  }
  const offered = versionsIn(above);
  throw offered.length > 0 ? missingVersion({ ...bucket, version }, offered) : missingRepository(bucket);
}

/**
 * Names of the versions of a repository, in their alphabetical order.
 * @throws IlabError E_NOT_FOUND, as {@link listObjects}
 */
export async function listVersions(bucket: Bucket, options: CallOptions): Promise<readonly string[]> {
  const versions = versionsIn(await listObjects(bucket, { prefix: bucket.prefix, folders: true }, options));
  if (versions.length === 0) throw missingRepository(bucket);
  return versions;
}

/** A repository with files of its own is a version, and its folders are parts of that. */
function versionsIn({ objects, folders }: Listing): readonly string[] {
  const named = folders.filter((name) => /^[A-Za-z0-9_][A-Za-z0-9_.+=-]{0,127}$/.test(name));
  if (objects.length === 0) return named.sort();
  return named.includes(LATEST) ? named.sort() : [LATEST];
}

/** The files that objects are, in the order of their paths. @throws IlabError as {@link describeObject} */
export async function describeFiles(bucket: Bucket, { root, objects }: FoundVersion, options: CallOptions): Promise<readonly RemoteFile[]> {
  const files: RemoteFile[] = [];
  await forEachAtOnce(objects, { limit: AT_ONCE, signal: options.signal }, async (object, signal) => {
    files.push(await describeObject(bucket, { object, root }, { signal }));
  });
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}
