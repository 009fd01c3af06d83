import { isContentDigest, type RemoteBlob, type RemoteReference, type RemoteSnapshot } from '@ilab/core';
import { expect } from 'vitest';
import { digestOf } from './digest-of.ts';

/** A commit or a digest, in full: what could name nothing else tomorrow. */
const IMMUTABLE = /^(?:(?:sha256|sha512):)?[0-9a-f]{40,128}$/;

/**
 * Expects what a registry resolved to be safe to use as it stands: the repository that was asked for, an immutable revision, files
 * that stay inside it, digests and sizes that can be held against bytes.
 */
export function expectSoundSnapshot(snapshot: RemoteSnapshot, reference: RemoteReference): void {
  const { host, repository, revision, kind, files, archives } = snapshot;
  expect({ host, repository }).toEqual({ host: reference.host, repository: reference.repository });
  expect(revision).toMatch(IMMUTABLE);
  if (reference.digest !== undefined) expect(revision).toBe(reference.digest);
  expect(['tag', 'branch', 'commit', 'digest']).toContain(kind);

  expect(files.length + archives.length, 'a model has files').toBeGreaterThan(0);
  for (const { path } of files) expect(isInside(path), `“${path}” is a path inside the repository`).toBe(true);
  expect(new Set(files.map(({ path }) => path)).size, 'no path is there twice').toBe(files.length);
  for (const { blob } of [...files, ...archives]) expectSoundBlob(blob);
  expectSoundManifest(snapshot);
}

function expectSoundBlob({ id, size, digest }: RemoteBlob): void {
  expect(id).toEqual(expect.stringMatching(/./));
  expect(Number.isSafeInteger(size) && size >= 0, `${size} is a size`).toBe(true);
  expect(isContentDigest(digest), `“${digest}” is a digest`).toBe(true);
}

/** The raw bytes are kept so that others can check them, so they must still be those that the digest names. */
function expectSoundManifest({ manifest, revision }: RemoteSnapshot): void {
  if (!manifest) return;
  expect(manifest.digest, 'the revision is the manifest’s digest').toBe(revision);
  expect(digestOf(manifest.content, manifest.digest)).toBe(manifest.digest);
}

function isInside(path: string): boolean {
  return !/[\u0000-\u001f\u007f\\]/.test(path) && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}
