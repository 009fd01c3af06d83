import type { AccessOptions } from '../access.ts';
import type { Blob } from '../content/blob.ts';
import type { Found, Repository } from './repositories.ts';

/** Whether the Hub keeps a file beside Git, under its sha256. */
export function isLarge(path: string, { size }: Pick<Blob, 'size'>): boolean {
  if (size === 0) return false;
  return size > 10 * 1024 * 1024 || /\.(?:gguf|safetensors|bin)$/.test(path);
}

/** An entry of `tree` and `paths-info`. */
export function treeEntry(path: string, blob: Blob, xetHash?: string): Readonly<Record<string, unknown>> {
  const { size, gitSha1, sha256 } = blob;
  const pointer = { oid: sha256, size, pointerSize: 134 };
  return { type: 'file', path, size, oid: gitSha1, ...(isLarge(path, blob) && { lfs: pointer }), ...(xetHash !== undefined && { xetHash }) };
}

/** The answer about a repository at a revision. */
export function describeModel(
  { model: { repository }, snapshot }: Found,
  { isPrivate, access }: { readonly isPrivate: boolean; readonly access: AccessOptions },
): Readonly<Record<string, unknown>> {
  return {
    _id: snapshot.commit.slice(0, 24),
    id: repository,
    modelId: repository,
    author: repository.split('/')[0],
    sha: snapshot.commit,
    private: isPrivate,
    gated: access.gated?.[repository] === undefined ? false : 'manual',
    disabled: false,
    tags: [],
    downloads: 0,
    likes: 0,
    createdAt: '2026-01-01T00:00:00.000Z',
    lastModified: '2026-01-01T00:00:00.000Z',
    siblings: [...snapshot.files.keys()].map((rfilename) => ({ rfilename })),
  };
}

export function describeRefs(repository: Repository): Readonly<Record<string, unknown>> {
  const refs = (prefix: string) =>
    repository
      .refs()
      .filter(([ref]) => ref.startsWith(prefix))
      .map(([ref, targetCommit]) => ({ name: ref.replace(/^refs\/(?:heads|tags)\//, ''), ref, targetCommit }));
  return { branches: refs('refs/heads/'), tags: refs('refs/tags/'), converts: [], pullRequests: refs('refs/pr/') };
}
