import { IlabError } from '../errors/ilab-error.ts';
import { isContentDigest, isDigest } from './digest.ts';
import { isName } from './disk-name.ts';
import { isFilePath } from './file-path.ts';
import type { RemoteSnapshot } from './snapshot.ts';

const REVISION = /^[0-9A-Za-z](?:[0-9A-Za-z._-]{0,126}[0-9A-Za-z])?$/;
const LONGEST_TEXT = 4096;
const KINDS: readonly unknown[] = ['tag', 'branch', 'commit', 'digest'];
const CODECS: readonly unknown[] = ['tar', 'tar+gzip', 'tar+zstd'];

/**
 * Holds what an adapter says of a revision against what it promised, before a path or a request is made of it: an adapter may be
 * somebody else's plugin, and may have passed on what it was told.
 * @throws IlabError E_REGISTRY naming what is wrong
 */
export function checkRemoteSnapshot(value: unknown): RemoteSnapshot {
  const snapshot = record(value, 'the revision');
  for (const key of ['source', 'host', 'repository'] as const) need(isText(snapshot[key]) && isFilePath(snapshot[key]), `its ${key}`);
  const { revision, version, kind, manifest, notices = [] } = snapshot;
  need(isText(revision) && (isDigest(revision) || REVISION.test(revision)), 'its revision');
  need(version === undefined || (isText(version) && isName(version) && !/\p{Cc}/u.test(version)), 'its version');
  need(KINDS.includes(kind), 'its kind');
  need(Array.isArray(notices) && notices.every(isText), 'its notices');
  if (manifest !== undefined) need(isDigestText(record(manifest, 'its manifest')['digest']), 'its manifest');

  const digests = new Map<string, string>();
  for (const one of list(snapshot['files'], 'its files')) {
    const file = record(one, 'a file');
    need(isText(file['path']) && isFilePath(file['path']), 'the path of a file');
    const digest = checkBlob(file['blob']);
    need((digests.get(String(file['path'])) ?? digest) === digest, 'two files of one path');
    digests.set(String(file['path']), digest);
  }
  for (const one of list(snapshot['archives'], 'its archives')) {
    const archive = record(one, 'an archive');
    const { codec, prefix, overlay } = archive;
    need(CODECS.includes(codec), 'the codec of an archive');
    need(prefix === '' || (isText(prefix) && prefix.endsWith('/') && isFilePath(prefix.slice(0, -1))), 'the prefix of an archive');
    need(overlay === undefined || typeof overlay === 'boolean', 'whether an archive is a layer');
    checkBlob(archive['blob']);
  }
  return value as RemoteSnapshot;
}

function checkBlob(value: unknown): string {
  const { id, size, digest } = record(value, 'a blob');
  need(isText(id), 'the name of a blob');
  need(typeof size === 'number' && Number.isSafeInteger(size) && size >= 0, 'the size of a blob');
  need(isText(digest) && isContentDigest(digest), 'the digest of a blob');
  return String(digest);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= LONGEST_TEXT;
}

function isDigestText(value: unknown): boolean {
  return isText(value) && isDigest(value);
}

function record(value: unknown, what: string): Readonly<Record<string, unknown>> {
  need(typeof value === 'object' && value !== null, what);
  return value as Readonly<Record<string, unknown>>;
}

function list(value: unknown, what: string): readonly unknown[] {
  need(Array.isArray(value), what);
  return value as readonly unknown[];
}

function need(fits: boolean, what: string): void {
  if (fits) return;
  throw new IlabError('E_REGISTRY', `What the source says of this model can’t be used: ${what} is missing or makes no sense.`, {
    hint: 'Tell whoever wrote the plugin or runs the registry.',
    side: 'source',
  });
}
