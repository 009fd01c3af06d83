import { type CallOptions, type Digest, IlabError, isDigest } from '@ilab/core/adapter';
import type { Descriptor } from '../content/descriptor.ts';
import { type Index, type Manifest, MAX_MANIFEST, parseManifest } from '../content/manifest.ts';
import { isManifestType } from '../content/media-types.ts';
import { referrerOf } from '../content/referrer-of.ts';
import { readContent } from '../target/content.ts';
import { checkName } from '../target/reference-name.ts';
import type { GraphSource, Target } from '../target/target.ts';
import { verifyContent } from '../target/verify-content.ts';

interface Kept {
  readonly descriptor: Descriptor;
  readonly manifest: Manifest | Index;
}

/** A repository in memory: for tests, and for what is small. */
export function createMemoryTarget(): Target & GraphSource {
  const contents = new Map<Digest, Uint8Array>();
  const manifests = new Map<Digest, Kept>();
  const tags = new Map<string, Descriptor>();

  function isHere({ digest, mediaType }: Descriptor): boolean {
    return contents.has(digest) && (!isManifestType(mediaType) || manifests.has(digest));
  }

  return {
    async *fetch(descriptor, { signal }) {
      const bytes = contents.get(descriptor.digest);
      if (!bytes) throw missing(descriptor.digest);
      yield* verifyContent(once(bytes), descriptor, { signal });
    },
    exists: (descriptor) => Promise.resolve(isHere(descriptor)),
    async resolve(reference) {
      const found = isDigest(reference) ? manifests.get(reference)?.descriptor : tags.get(reference);
      if (found) return found;
      throw missing(reference);
    },
    async push(descriptor, content, { signal }) {
      if (isHere(descriptor)) return 0;
      const { size, mediaType, digest } = descriptor;
      const isManifest = isManifestType(mediaType);
      const verified = { open: () => verifyContent(content.open(), descriptor, { signal }) };
      const bytes = await readContent(verified, { size, most: isManifest ? MAX_MANIFEST : size });
      const manifest = isManifest ? parseManifest(new TextDecoder().decode(bytes), mediaType) : undefined;
      contents.set(digest, bytes);
      if (manifest) manifests.set(digest, { descriptor: { mediaType, digest, size, annotations: {} }, manifest });
      return size;
    },
    async tag({ digest }, tag) {
      const kept = manifests.get(digest);
      if (!kept) throw missing(digest);
      tags.set(checkName(tag), kept.descriptor);
    },
    async *referrers({ digest }, { artifactType, signal }: CallOptions & { readonly artifactType?: string }) {
      for (const { descriptor, manifest } of [...manifests.values()]) {
        signal?.throwIfAborted();
        const referrer = referrerOf(descriptor, manifest);
        if (manifest.subject?.digest === digest && (artifactType === undefined || referrer.artifactType === artifactType)) yield referrer;
      }
    },
  };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function missing(what: string): IlabError {
  return new IlabError('E_NOT_FOUND', `There is no ${what.slice(0, 200)} in memory.`);
}
