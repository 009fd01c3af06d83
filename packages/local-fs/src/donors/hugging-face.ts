import { join } from 'node:path';
import type { Donor } from '@ilab/core';
import { fileInside, isObject, isSha256, look, parseObject, textInside } from '../inside.ts';

export const HUGGING_FACE = 'Hugging Face';

/**
 * Hugging Face’s cache. A repository’s blobs are named by sha256; such a name may be a link into the blob store that all repositories
 * share. Where the system has no links a snapshot holds the file itself, and only the commit’s tree says what its sha256 is.
 */
export function huggingFaceDonor(cache: string): Donor {
  return {
    async find({ sha256, size }, { signal }) {
      if (!isSha256(sha256)) return undefined;
      const repositories = look(cache).filter(({ name }) => name.startsWith('models--'));
      for (const way of [inBlobs, inTrees]) {
        for (const { name } of repositories) {
          signal?.throwIfAborted();
          const path = way(join(cache, name), { cache, sha256, size });
          if (path !== undefined) return { path, tool: HUGGING_FACE, mayLink: true };
        }
      }
      return undefined;
    },
  };
}

type Wanted = { readonly cache: string; readonly sha256: string; readonly size: number };

function inBlobs(repository: string, { cache, sha256, size }: Wanted): string | undefined {
  return fileInside(cache, join(repository, 'blobs', sha256), size);
}

function inTrees(repository: string, { cache, sha256, size }: Wanted): string | undefined {
  for (const { name } of look(join(repository, 'trees'))) {
    const commit = /^([0-9a-f]{40})\.json$/.exec(name)?.[1];
    const text = textInside(cache, join(repository, 'trees', name));
    // Most trees know nothing of it, and reading all of them for every file would take longer than some downloads.
    const files = commit !== undefined && text?.includes(sha256) ? parseObject(text)?.['files'] : undefined;
    for (const [path, file] of Object.entries(isObject(files) ? files : {})) {
      if (!isObject(file) || file['lfs_sha256'] !== sha256 || commit === undefined) continue;
      const found = fileInside(cache, join(repository, 'snapshots', commit, path), size);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}
