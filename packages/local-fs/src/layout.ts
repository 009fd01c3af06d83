import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { IlabError, isFilePath, type RepositoryId, type SnapshotId } from '@ilab/core';
import { encodeComponent, encodeFilePath } from './encode-component.ts';

export const METADATA = '.metadata';
export const MEMBERS = '.metadata.members';
export const SIGNATURE = '.metadata.signature';
export const SUMS = '.metadata.sums';
export const VERSIONS = '.versions';
export const STORE = '.store';

/** Where everything lies below a models directory: the path below it is the reference. */
export function repositoryDirectory(root: string, { host, repository }: RepositoryId): string {
  return join(root, encodeComponent(host), ...repository.split('/').map(encodeComponent));
}

export function snapshotDirectory(root: string, id: SnapshotId): string {
  return join(repositoryDirectory(root, id), revisionEntry(id.revision));
}

/** `@sha256-0a1b…` or `@3f2a…`. */
export function revisionEntry(revision: string): string {
  return `@${encodeComponent(revision.replace(':', '-'))}`;
}

/** @returns undefined when the entry is no snapshot's */
export function revisionOfEntry(entry: string): string | undefined {
  const match = /^@(?:(sha256|sha512)-)?([0-9A-Za-z._-]+)$/.exec(entry);
  if (!match) return undefined;
  return match[1] === undefined ? match[2] : `${match[1]}:${match[2]}`;
}

export function recordPath(root: string, id: RepositoryId, version: string): string {
  return join(repositoryDirectory(root, id), VERSIONS, `${encodeComponent(version)}.json`);
}

/** The link for people; decoration. */
export function versionLink(root: string, id: RepositoryId, version: string): string {
  return join(repositoryDirectory(root, id), encodeComponent(version));
}

/** @throws IlabError E_STORE when it would leave the snapshot, or is no name for a file system */
export function filePath(snapshot: string, path: string): string {
  if (!isFilePath(path)) throw new IlabError('E_STORE', `“${path}” is not a path inside a snapshot.`);
  return join(snapshot, encodeFilePath(path));
}

/** Leases on a snapshot start with this. */
export function leasePrefix(id: SnapshotId): string {
  const name = `${id.source} ${id.host}/${id.repository}@${id.revision}`;
  return createHash('sha256').update(name).digest('hex').slice(0, 32);
}
