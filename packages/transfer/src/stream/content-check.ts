import { digestParts, IlabError, type RemoteBlob } from '@ilab/core';
import { createContentHash } from '../hash/content-hash.ts';

/** Holds bytes as they pass against a digest. */
export interface ContentCheck {
  add(piece: Uint8Array): void;
  /** @throws IlabError E_INTEGRITY */
  end(): void;
}

export function contentCheck({ digest, size }: RemoteBlob): ContentCheck {
  const { algorithm, hex } = digestParts(digest);
  const hash = createContentHash({ algorithm, size });
  return {
    add: (piece) => hash?.update(piece),
    end() {
      const actual = hash?.end() ?? hex;
      if (actual === hex) return;
      throw new IlabError('E_INTEGRITY', 'The registry sent bytes that are not the ones it names.', {
        hint: 'Try again; if it happens again, something between you and the registry changes what it sends.',
        side: 'source',
        details: { expected: digest, actual: `${algorithm}:${actual}` },
      });
    },
  };
}
