import { createHash } from 'node:crypto';
import { type CallOptions, type Digest, type HttpResponse, IlabError, parseFilePath, type RemoteFile } from '@ilab/plugin-api';
import { blobId } from './blob-id.ts';
import { ask, type Bucket } from './bucket.ts';
import { malformed, s3Error } from './errors.ts';
import type { ListedObject } from './list-objects.ts';
import { partsOf } from './parts.ts';

/** What a server says of an object. */
export interface State {
  readonly etag: string;
  readonly versionId?: string;
}

/**
 * Asks what state an object is in, and by what its bytes can be known.
 * @param root what its path is taken below
 * @throws IlabError E_REGISTRY (a path that can't be one, a state that can't be told), E_FORBIDDEN (kept where it can't be read at once), as {@link s3Error}
 */
export async function describeObject(
  bucket: Bucket,
  { object, root }: { readonly object: ListedObject; readonly root: string },
  options: CallOptions,
): Promise<RemoteFile> {
  const path = parseFilePath(object.key.slice(root.length));
  const answer = await ask(bucket, { method: 'HEAD', key: object.key, headers: { 'x-amz-checksum-mode': 'ENABLED' } }, options);
  if (answer.status === 404) throw gone(bucket, path);
  if (answer.status !== 200) throw s3Error(answer, bucket);
  if (answer.headers['content-length'] !== String(object.size)) throw malformed(bucket.host, `“${path}” has another size than its list says`);
  checkTier(answer, bucket, path);
  const state = stateOf(answer, bucket, path);
  const digest = whole(answer) ?? (await ofParts(bucket, { object, answer }, options)) ?? etagDigest(bucket, object, state);
  if (digest.startsWith('etag:') && !isStrong(state.etag)) throw malformed(bucket.host, `nothing tells one state of “${path}” from another`);
  const id = blobId({ key: object.key, style: bucket.style, region: bucket.region(), ...state });
  return { path, blob: { id, size: object.size, digest } };
}

function stateOf({ headers }: HttpResponse, { host }: Bucket, path: string): State {
  const { etag = '', 'x-amz-version-id': versionId } = headers;
  if (etag === '' || etag.length > 300) throw malformed(host, `it does not say what state “${path}” is in`);
  return { etag, ...(versionId !== undefined && versionId !== 'null' && versionId.length <= 1024 && { versionId }) };
}

/** Whether a validator stands for bytes (RFC 9110, 8.8.1). */
export function isStrong(etag: string): boolean {
  return etag.startsWith('"');
}

/** A hash of all bytes: the sha256 that somebody uploaded it with, or the md5 that the ETag of an object in one piece is. */
function whole(answer: HttpResponse): Digest | undefined {
  const sha256 = base64Hash(answer.headers['x-amz-checksum-sha256']);
  if (sha256 !== undefined) return `sha256:${sha256}`;
  const md5 = /^"([0-9a-f]{32})"$/.exec(answer.headers['etag'] ?? '')?.[1];
  return md5 === undefined || hidesHash(answer) ? undefined : `md5:${md5}`;
}

/** The hash over the hashes of parts, where their size can be found out. */
async function ofParts(
  bucket: Bucket,
  { object, answer }: { readonly object: ListedObject; readonly answer: HttpResponse },
  options: CallOptions,
): Promise<Digest | undefined> {
  const [checksum = '', checksumParts] = answer.headers['x-amz-checksum-sha256']?.split('-') ?? [];
  const [, md5, md5Parts] = /^"([0-9a-f]{32})-(\d{1,5})"$/.exec(answer.headers['etag'] ?? '') ?? [];
  const count = Number(checksumParts ?? (hidesHash(answer) ? undefined : md5Parts));
  if (!(count >= 1)) return undefined;
  const size = await partsOf(bucket, { object, count, etag: answer.headers['etag'] ?? '' }, options);
  if (size === undefined) return undefined;
  const sha256 = checksumParts === undefined ? undefined : base64Hash(checksum);
  return sha256 !== undefined ? `sha256-${size}:${sha256}` : md5 !== undefined && !hidesHash(answer) ? `md5-${size}:${md5}` : undefined;
}

/** With keys of a key service, or of the user's own, the ETag is no hash of the bytes. */
function hidesHash({ headers }: HttpResponse): boolean {
  return headers['x-amz-server-side-encryption']?.startsWith('aws:') === true || headers['x-amz-server-side-encryption-customer-algorithm'] !== undefined;
}

function base64Hash(text = ''): string | undefined {
  return /^[A-Za-z0-9+/]{43}=$/.test(text) ? Buffer.from(text, 'base64').toString('hex') : undefined;
}

/** Names a state, not bytes. */
function etagDigest({ host, base }: Bucket, { key, size }: ListedObject, { etag, versionId }: State): Digest {
  const state = JSON.stringify([host, base, key, size, etag, versionId ?? null]);
  return `etag:${createHash('sha256').update(state).digest('hex')}`;
}

/** What lies in an archive is not to be had by a GET. */
function checkTier({ headers }: HttpResponse, { host, repository }: Bucket, path: string): void {
  const { 'x-amz-storage-class': tier = '', 'x-amz-restore': restored = '' } = headers;
  if (!/^(GLACIER|DEEP_ARCHIVE)$/.test(tier) || restored.includes('ongoing-request="false"')) return;
  throw new IlabError('E_FORBIDDEN', `“${path}” of “${repository}” at ${host} lies in an archive (${tier}) and can’t be read from there.`, {
    hint: 'Restore the folder first: aws s3api restore-object.',
  });
}

function gone({ host, repository }: Bucket, path: string): IlabError {
  return new IlabError('E_NOT_FOUND', `“${path}” of “${repository}” went away at ${host} while it was asked about.`, { hint: 'Try again.' });
}
