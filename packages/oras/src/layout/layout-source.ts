import { type CallOptions, type Digest, IlabError, isDigest, isIlabError } from '@ilab/core/adapter';
import { contentDigest, type Descriptor } from '../content/descriptor.ts';
import { MAX_MANIFEST, parseManifest } from '../content/manifest.ts';
import type { GraphSource } from '../target/target.ts';
import { verifyContent } from '../target/verify-content.ts';
import { readContent } from '../target/content.ts';
import { blobPath } from './blob-path.ts';
import type { LayoutFiles } from './layout-files.ts';
import { referrersIn } from './layout-graph.ts';
import { type LayoutEntry, type LayoutIndex, NAME_ANNOTATION } from './layout-index.ts';

/** An image layout that is read (image spec, image-layout.md). */
export interface LayoutSource extends GraphSource {
  /** The manifests of `index.json` as they stand there, with their annotations. @throws IlabError E_NOT_FOUND, E_REGISTRY, E_STORE */
  manifests(options: CallOptions): Promise<readonly Descriptor[]>;
  /** Names in `index.json`. @throws as {@link LayoutSource.manifests} */
  tags(options: CallOptions): AsyncIterable<string>;
}

/** Reads through `index`, which is asked anew every time. */
export function createLayoutSource(files: LayoutFiles, index: (options: CallOptions) => Promise<LayoutIndex>): LayoutSource {
  async function* fetch(descriptor: Descriptor, options: CallOptions): AsyncGenerator<Uint8Array> {
    const path = blobPath(descriptor.digest);
    if ((await files.size(path, options)) === undefined) throw missing(files, descriptor.digest);
    yield* verifyContent(files.read(path, options), descriptor, options);
  }

  /** A manifest that only another one lists has no type but its own. */
  async function manifestBlob(digest: Digest, options: CallOptions): Promise<Descriptor | undefined> {
    const size = await files.size(blobPath(digest), options);
    if (size === undefined || size > MAX_MANIFEST) return undefined;
    const descriptor = { mediaType: '', digest, size, annotations: {} };
    const bytes = await readContent({ open: () => fetch(descriptor, options) }, { size, most: MAX_MANIFEST });
    try {
      return { ...descriptor, mediaType: parseManifest(new TextDecoder().decode(bytes), undefined).mediaType };
    } catch (error) {
      if (isIlabError(error)) return undefined;
      throw error;
    }
  }

  return {
    fetch,
    async exists({ digest, size }, options) {
      return (await files.size(blobPath(digest), options)) === size;
    },
    async resolve(reference, options) {
      const { entries } = await index(options);
      const named = entries.filter(({ descriptor }) => (isDigest(reference) ? descriptor.digest === reference : nameOf(descriptor) === reference));
      const found = only(named, { reference, files }) ?? (isDigest(reference) ? await manifestBlob(contentDigest(reference), options) : undefined);
      if (found) return found;
      throw new IlabError('E_NOT_FOUND', `${files.name} has nothing called “${reference.slice(0, 200)}”.`, { hint: hintOf(entries) });
    },
    async *referrers({ digest }, { artifactType, ...options }) {
      yield* referrersIn({ fetch }, { index: await index(options), digest, artifactType }, options);
    },
    async manifests(options) {
      return (await index(options)).entries.map(({ descriptor }) => descriptor);
    },
    async *tags(options) {
      const names = (await index(options)).entries.map(({ descriptor }) => nameOf(descriptor));
      yield* new Set(names.filter((name) => name !== undefined));
    },
  };
}

export function nameOf({ annotations }: Descriptor): string | undefined {
  return annotations[NAME_ANNOTATION];
}

/** @throws IlabError E_AMBIGUOUS for two manifests of one name */
function only(named: readonly LayoutEntry[], { reference, files }: { readonly reference: string; readonly files: LayoutFiles }): Descriptor | undefined {
  const digests = new Set(named.map(({ descriptor }) => descriptor.digest));
  if (digests.size <= 1) return named[0]?.descriptor;
  throw new IlabError('E_AMBIGUOUS', `${files.name} has ${digests.size} manifests called “${reference.slice(0, 200)}”.`, {
    hint: 'Name the digest.',
    details: { candidates: [...digests].slice(0, 100) },
  });
}

function hintOf(entries: readonly LayoutEntry[]): string {
  const names = entries.map(({ descriptor }) => nameOf(descriptor) ?? descriptor.digest).slice(0, 5);
  return names.length === 0 ? 'It is empty.' : `It has: ${names.join(', ').slice(0, 500)}${entries.length > names.length ? ', …' : ''}.`;
}

function missing({ name }: LayoutFiles, digest: Digest): IlabError {
  return new IlabError('E_NOT_FOUND', `${name} lacks ${digest}, which it names.`, {
    hint: 'Copy it again from where it came from, whole.',
    details: { digest },
    side: 'source',
  });
}
