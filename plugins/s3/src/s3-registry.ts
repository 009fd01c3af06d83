import { createHash } from 'node:crypto';
import {
  type BlobLocation,
  type CallOptions,
  IlabError,
  type PluginContext,
  type Registry,
  type RemoteFile,
  type RemoteReference,
  type RemoteSnapshot,
} from '@ilab/plugin-api';
import { readBlobId } from './blob-id.ts';
import { type Bucket, type Learned, locateIn, openBucket, reopenBucket } from './bucket.ts';
import { isStrong } from './describe-object.ts';
import { describeFiles, findVersion, LATEST, listVersions } from './find-version.ts';
import { SIGNATURE_LASTS } from './sign.ts';

type Surroundings = PluginContext & { readonly learned: Learned };

/** Buckets of Amazon S3 and of all that speaks its API: a repository is a folder of a bucket, a version a folder of that. */
export function createS3Registry(context: PluginContext): Registry {
  const surroundings: Surroundings = { ...context, learned: { styles: new Map(), regions: new Map() } };
  return {
    source: 's3',
    capabilities: { versions: true, login: { username: true } },
    resolve: (reference, options) => resolve(surroundings, reference, options),
    locate: ({ snapshot, blob }, options) => locate(surroundings, { ...snapshot, id: blob.id }, options),
    async *versions(repository, options) {
      for (const name of await listVersions(await openBucket(surroundings, repository, options), options)) yield { name, kind: 'tag' };
    },
    async login(request, options) {
      const { login } = await import('./login.ts');
      return login(surroundings, request, options);
    },
    async logout(host, options) {
      const { logout } = await import('./login.ts');
      return logout(surroundings, host, options);
    },
  };
}

async function resolve(surroundings: Surroundings, reference: RemoteReference, options: CallOptions): Promise<RemoteSnapshot> {
  const { host, repository, version = LATEST } = reference;
  if (reference.digest !== undefined) throw noDigests(reference);
  const bucket = await openBucket(surroundings, reference, options);
  const files = await describeFiles(bucket, await findVersion(bucket, version, options), options);
  return { source: 's3', host, repository, version, kind: 'tag', revision: revisionOf(files), files, archives: [], notices: noticesOf(bucket, files) };
}

/** One state of a folder: the names of its files, their sizes, and what their bytes are known by. */
function revisionOf(files: readonly RemoteFile[]): string {
  const lines = files.map(({ path, blob }) => `${JSON.stringify([path, blob.size, blob.digest])}\n`);
  return createHash('sha256').update(lines.join('')).digest('hex');
}

function noticesOf({ host }: Bucket, files: readonly RemoteFile[]): readonly string[] {
  const unknown = files.filter(({ blob }) => blob.digest.startsWith('etag:'));
  if (unknown.length === 0) return [];
  const which = unknown.length === 1 ? `“${unknown[0]?.path}” has` : `${unknown.length} files have`;
  return [`${which} no checksum at ${host} that the bytes could be held against: they are taken as they come.`];
}

/** Bytes of that state, or none: of the version, where the bucket keeps them, and under the condition that the ETag is the same. */
async function locate(
  surroundings: Surroundings,
  { id, ...repository }: Parameters<typeof openBucket>[1] & { readonly id: string },
  options: CallOptions,
): Promise<BlobLocation> {
  const { key, style, region, etag, versionId } = readBlobId(id);
  const bucket = await reopenBucket(surroundings, { ...repository, style, region }, options);
  const place = await locateIn(bucket, {
    key,
    ...(versionId !== undefined && { query: { versionId } }),
    ...(isStrong(etag) && { headers: { 'if-match': etag } }),
  });
  return { ...place, ...(bucket.keys && { expires: Date.now() + SIGNATURE_LASTS }) };
}

function noDigests({ canonical }: RemoteReference): IlabError {
  return new IlabError('E_BAD_REFERENCE', `${canonical} names a digest, and folders of buckets have none.`, {
    hint: 'Name a version: a folder of the repository.',
  });
}
