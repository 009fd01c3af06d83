import { createHash } from 'node:crypto';
import { digestParts, IlabError, type RemoteBlob } from '@ilab/core';

/** Holds bytes as they pass against a digest. */
export interface ContentCheck {
  add(piece: Uint8Array): void;
  /** @throws IlabError E_INTEGRITY */
  end(): void;
}

export function contentCheck({ digest, size }: RemoteBlob): ContentCheck {
  const { algorithm, hex } = digestParts(digest);
  const hash = createHash(algorithm === 'git-sha1' ? 'sha1' : algorithm);
  // A Git blob's id is of its size, too.
  if (algorithm === 'git-sha1') hash.update(`blob ${size}\0`);
  return {
    add: (piece) => void hash.update(piece),
    end() {
      const actual = hash.digest('hex');
      if (actual === hex) return;
      throw new IlabError('E_INTEGRITY', 'The registry sent bytes that are not the ones it names.', {
        hint: 'Try again; if it happens again, something between you and the registry changes what it sends.',
        side: 'source',
        details: { expected: digest, actual: `${algorithm}:${actual}` },
      });
    },
  };
}
