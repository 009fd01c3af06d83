import { type CallOptions, IlabError } from '@ilab/core/adapter';
import { childrenOf } from '../content/children-of.ts';
import type { Descriptor } from '../content/descriptor.ts';
import { isManifestType } from '../content/media-types.ts';
import { BLOCK, padding, tarHeader } from '../modelcar/tar-header.ts';
import { fetchManifest } from '../target/fetch-manifest.ts';
import type { Fetcher } from '../target/target.ts';
import { blobPath } from './blob-path.ts';
import { EMPTY_INDEX, INDEX_FILE, layoutEntry, serialiseIndex, VERSION_CONTENT, VERSION_FILE } from './layout-index.ts';

/** An archive that is ready to be written. */
export interface PackedArchive {
  /** Of the whole archive, in bytes. */
  readonly size: number;
  /** What it holds, each once: manifests first. */
  readonly blobs: readonly Descriptor[];
  /** The archive, in one pass. @throws IlabError as `Fetcher.fetch` */
  open(options: CallOptions): AsyncIterable<Uint8Array>;
}

/** More than anybody saves, and indexes in indexes. */
const MOST_BLOBS = 200_000;
const DEEPEST = 8;

/**
 * Works out an OCI archive of manifests and all that they hold. The same content gives the same bytes: members in order of their names,
 * manifests first, without times and owners. `roots` are listed in `index.json` as they are given, with their annotations.
 * @throws IlabError E_USAGE (more than any archive), and as `Fetcher.fetch`
 */
export async function packLayoutArchive(from: Pick<Fetcher, 'fetch'>, roots: readonly Descriptor[], options: CallOptions): Promise<PackedArchive> {
  const blobs = await collect(from, roots, options);
  const index = serialiseIndex({ ...EMPTY_INDEX, entries: roots.map(layoutEntry) });
  const head = [textMember(VERSION_FILE, VERSION_CONTENT), textMember(INDEX_FILE, index), ...foldersOf(blobs).map((path) => tarHeader({ path, size: 0 }))];
  const start = Buffer.concat(head);
  const sizes = blobs.map((blob) => headerOf(blob).length + blob.size + padding(blob.size).length);
  return {
    size: start.length + sizes.reduce((sum, size) => sum + size, 0) + 2 * BLOCK,
    blobs,
    async *open(call) {
      yield start;
      for (const blob of blobs) {
        yield headerOf(blob);
        yield* from.fetch(blob, call);
        yield padding(blob.size);
      }
      yield Buffer.alloc(2 * BLOCK);
    },
  };
}

async function collect(from: Pick<Fetcher, 'fetch'>, roots: readonly Descriptor[], options: CallOptions): Promise<readonly Descriptor[]> {
  const manifests = new Map<string, Descriptor>();
  const others = new Map<string, Descriptor>();
  let level: readonly Descriptor[] = roots;
  for (let depth = 0; level.length > 0; depth++) {
    const next: Descriptor[] = [];
    for (const descriptor of level) {
      if (manifests.has(descriptor.digest)) continue;
      manifests.set(descriptor.digest, descriptor);
      for (const child of childrenOf((await fetchManifest(from, descriptor, options)).manifest)) {
        if (isManifestType(child.mediaType)) next.push(child);
        else others.set(child.digest, child);
      }
      if (depth > DEEPEST || manifests.size + others.size > MOST_BLOBS) throw tooMuch();
    }
    level = next;
  }
  const plain = [...others.values()].filter(({ digest }) => !manifests.has(digest));
  return [...sorted([...manifests.values()]), ...sorted(plain)];
}

function sorted(blobs: readonly Descriptor[]): readonly Descriptor[] {
  return [...blobs].sort((a, b) => (a.digest < b.digest ? -1 : 1));
}

function headerOf({ digest, size }: Descriptor): Buffer {
  return tarHeader({ path: blobPath(digest), size });
}

function textMember(path: string, text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([tarHeader({ path, size: bytes.length }), bytes, padding(bytes.length)]);
}

function foldersOf(blobs: readonly Descriptor[]): readonly string[] {
  const below = blobs.map(({ digest }) => blobPath(digest).replace(/[^/]+$/, ''));
  return ['blobs/', ...[...new Set(below)].sort()];
}

function tooMuch(): IlabError {
  return new IlabError('E_USAGE', `An archive takes at most ${MOST_BLOBS} blobs, and indexes ${DEEPEST} deep.`, { hint: 'Save less at once.' });
}
