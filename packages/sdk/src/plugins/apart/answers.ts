import {
  checkRemoteSnapshot,
  digestParts,
  isDigest,
  type BlobLocation,
  type Login,
  type Logout,
  type RemoteReference,
  type RemoteBlob,
  type RemoteSnapshot,
  type RemoteVersion,
} from '@ilab/core';
import { isWebAddress } from './host-ports.ts';
import { isPlain, type Plain } from './peer.ts';

/** Versions of one repository that anybody can look through. */
export const MOST_VERSIONS = 100_000;
const LONGEST = 4096;
const KINDS: readonly unknown[] = ['tag', 'branch', 'commit', 'digest'];
const REVISION = /^[0-9A-Za-z](?:[0-9A-Za-z._-]{0,126}[0-9A-Za-z])?$/;
/** What can stand in a header, and no line end. */
const HEADER = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Why an answer can't be used, as a part of a sentence. */
export class WrongAnswer extends Error {}

/** What a plugin says of a revision: of what was asked for, with paths and digests that can be used, and nothing beside. @throws WrongAnswer */
export function snapshotOf(value: unknown, asked: Pick<RemoteReference, 'host' | 'repository'> & { readonly source: string }): RemoteSnapshot {
  let snapshot: RemoteSnapshot;
  try {
    snapshot = checkRemoteSnapshot(value);
  } catch (error) {
    throw new WrongAnswer(error instanceof Error ? error.message : '');
  }
  const { source, host, repository, revision, version, kind, files, archives, manifest, notices } = snapshot;
  for (const key of ['source', 'host', 'repository'] as const) need(snapshot[key] === asked[key], `it answered for another ${key} than it was asked for`);
  need(manifest === undefined || (isText(manifest.mediaType) && typeof manifest.content === 'string'), 'its manifest is none');
  need(manifest === undefined || namesAll(manifest.content, [...files, ...archives]), 'its manifest does not name all that it lists');
  return {
    source,
    host,
    repository,
    revision,
    ...(version !== undefined && { version }),
    kind,
    files: files.map(({ path, blob, xetHash }) => ({ path, blob: blobOf(blob), ...(isText(xetHash) && { xetHash }) })),
    archives: archives.map(({ blob, codec, prefix, overlay }) => ({ blob: blobOf(blob), codec, prefix, ...(overlay !== undefined && { overlay }) })),
    ...(manifest && { manifest: { digest: manifest.digest, mediaType: manifest.mediaType, content: manifest.content } }),
    ...(notices && { notices: notices.slice(0, 20) }),
  };
}

/** A signature of a manifest is one of its files only if the manifest names them. */
function namesAll(manifest: string, parts: readonly { readonly blob: Pick<RemoteBlob, 'digest'> }[]): boolean {
  const named = new Set(manifest.match(/[0-9a-f]{40,128}/g));
  return parts.every(({ blob }) => named.has(digestParts(blob.digest).hex));
}

function blobOf({ id, size, digest, mediaType }: RemoteBlob): RemoteBlob {
  return { id, size, digest, ...(isText(mediaType) && { mediaType }) };
}

/** @throws WrongAnswer */
export function locationOf(value: unknown): BlobLocation {
  const { url, headers = {}, expires, more } = record(value, 'a place');
  need(isWebAddress(url), 'the address of a blob is none');
  need(isPlain(headers) && Object.keys(headers).length <= 32, 'the headers of a blob are none');
  const pairs = Object.entries(headers as Plain);
  need(
    pairs.every(([name, text]) => /^[\w!#$%&'*+.^`|~-]+$/.test(name) && isText(text) && HEADER.test(text)),
    'the headers of a blob are none',
  );
  need(expires === undefined || typeof expires === 'number', 'the end of an address is no time');
  return {
    url: String(url),
    headers: Object.fromEntries(pairs) as Readonly<Record<string, string>>,
    ...(typeof expires === 'number' && { expires }),
    ...(more === true && { more }),
  };
}

/** @throws WrongAnswer */
export function versionOf(value: unknown): RemoteVersion {
  const { name, kind, revision, created } = record(value, 'a version');
  need(isText(name) && name !== '' && KINDS.includes(kind), 'a version has no name or kind');
  need(
    [revision, created].every((text) => text === undefined || isText(text)),
    'a version has fields that are none',
  );
  return {
    name: String(name),
    kind: kind as RemoteVersion['kind'],
    ...(isText(revision) && { revision }),
    ...(isText(created) && { created }),
  };
}

/** @throws WrongAnswer */
export function revisionOf(value: unknown): string {
  need(isText(value) && (isDigest(value) || REVISION.test(value)), 'its revision is none');
  return String(value);
}

/** @throws WrongAnswer */
export function truthOf(value: unknown): boolean {
  need(typeof value === 'boolean', 'it answered neither yes nor no');
  return value === true;
}

/** @throws WrongAnswer */
export function loginOf(value: unknown): Login {
  const { user, place, notices = [] } = record(value, 'a login');
  need(isText(user) && isText(place) && isTexts(notices), 'a login is none');
  return { user: String(user), place: String(place), notices: notices as readonly string[] };
}

/** @throws WrongAnswer */
export function logoutOf(value: unknown): Logout {
  const { places = [], notices = [] } = record(value, 'a logout');
  need(isTexts(places) && isTexts(notices), 'a logout is none');
  return { places: places as readonly string[], notices: notices as readonly string[] };
}

/** What came of an upload or a copy: the fields that are text, numbers and truths, by name. @throws WrongAnswer */
export function resultOf<Result>(
  value: unknown,
  shape: { readonly texts: readonly string[]; readonly counts: readonly string[]; readonly lists: readonly string[]; readonly optional: readonly string[] },
): Result {
  const result = record(value, 'a result');
  const { texts, counts, lists, optional } = shape;
  need(
    texts.every((key) => isText(result[key])),
    'a result has no revision or address',
  );
  need(
    counts.every((key) => Number.isSafeInteger(result[key]) && Number(result[key]) >= 0),
    'a result has no numbers',
  );
  need(typeof result['changed'] === 'boolean', 'a result does not say whether something changed');
  need(
    lists.every((key) => result[key] === undefined || isTexts(result[key])),
    'a result has lists that are none',
  );
  need(
    optional.every((key) => result[key] === undefined || isText(result[key])),
    'a result has texts that are none',
  );
  const kept = [...texts, ...counts, ...lists, ...optional, 'changed'].filter((key) => result[key] !== undefined);
  return Object.fromEntries(kept.map((key) => [key, result[key]])) as Result;
}

function record(value: unknown, what: string): Plain {
  need(isPlain(value), `${what} is none`);
  return value as Plain;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= LONGEST;
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.length <= LONGEST && value.every(isText);
}

function need(fits: boolean, why: string): void {
  if (!fits) throw new WrongAnswer(why);
}
