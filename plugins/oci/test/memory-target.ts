import type { Descriptor, Target } from '@ilab/oras';
import { IlabError } from '@ilab/plugin-api';

/** A repository in memory, which notes what is done to it. */
export interface MemoryTarget extends Target {
  readonly blobs: Map<string, Buffer>;
  readonly tags: Map<string, Descriptor>;
  /** `push sha256:…`, `mount …`, `tag v1`. */
  readonly calls: string[];
  /** What it can mount, by repository and digest. */
  readonly elsewhere: Map<string, Buffer>;
}

export function memoryTarget(): MemoryTarget {
  const blobs = new Map<string, Buffer>();
  const tags = new Map<string, Descriptor>();
  const elsewhere = new Map<string, Buffer>();
  const calls: string[] = [];
  return {
    blobs,
    tags,
    elsewhere,
    calls,
    exists: ({ digest }) => Promise.resolve(blobs.has(digest)),
    async resolve(tag) {
      const found = tags.get(tag);
      if (!found) throw new IlabError('E_NOT_FOUND', `There is no ${tag}.`);
      return found;
    },
    async *fetch({ digest }) {
      const found = blobs.get(digest);
      if (!found) throw new IlabError('E_NOT_FOUND', `There is no ${digest}.`);
      yield found;
    },
    async push({ digest }, content) {
      if (blobs.has(digest)) return 0;
      calls.push(`push ${digest}`);
      const pieces: Uint8Array[] = [];
      for await (const piece of content.open()) pieces.push(piece);
      const bytes = Buffer.concat(pieces);
      blobs.set(digest, bytes);
      return bytes.length;
    },
    async tag(descriptor, tag) {
      calls.push(`tag ${tag}`);
      tags.set(tag, descriptor);
    },
    async mount({ digest }, { host, repository }) {
      calls.push(`mount ${host}/${repository} ${digest}`);
      const found = elsewhere.get(`${repository} ${digest}`);
      if (found) blobs.set(digest, found);
      return found !== undefined;
    },
  };
}
