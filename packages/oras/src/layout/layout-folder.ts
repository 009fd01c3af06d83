import { mkdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type CallOptions, type Digest, IlabError, isIlabError } from '@ilab/core/adapter';
import { childrenOf } from '../content/children-of.ts';
import type { Descriptor } from '../content/descriptor.ts';
import { type Index, type Manifest, MAX_MANIFEST, parseManifest } from '../content/manifest.ts';
import { isManifestType } from '../content/media-types.ts';
import { readContent } from '../target/content.ts';
import { checkName } from '../target/reference-name.ts';
import type { Target } from '../target/target.ts';
import { verifyContent } from '../target/verify-content.ts';
import { blobPath } from './blob-path.ts';
import { fileError } from './file-error.ts';
import { folderFiles, refuseLinks } from './folder-files.ts';
import {
  EMPTY_INDEX,
  INDEX_FILE,
  type LayoutEntry,
  layoutEntry,
  type LayoutIndex,
  NAME_ANNOTATION,
  readLayoutIndex,
  serialiseIndex,
  VERSION_CONTENT,
  VERSION_FILE,
} from './layout-index.ts';
import { createLayoutSource, type LayoutSource, nameOf } from './layout-source.ts';
import { placeFile } from './place-file.ts';

/** An image layout in a folder, for reading and writing. One process may write at a time. */
export interface LayoutFolder extends LayoutSource, Target {
  /**
   * Takes a name away, and leaves what it names.
   * @returns whether it was there
   * @throws IlabError E_REGISTRY, E_STORE, E_NO_SPACE
   */
  untag(tag: string, options: CallOptions): Promise<boolean>;
}

/** Where files are before they are whole. */
const INCOMING = 'ingest';

/**
 * Opens the layout in a folder; the first push makes it where there is none. What is written is whole and synced before it has its name,
 * and named by the index after it is there.
 */
export function openLayoutFolder(directory: string): LayoutFolder {
  const files = folderFiles(directory);
  const incoming = join(directory, INCOMING);
  let writing: Promise<unknown> = Promise.resolve();
  /** Files that are on their way. */
  let placing = 0;

  async function readOrEmpty(options: CallOptions): Promise<LayoutIndex> {
    return (await files.size(INDEX_FILE, options)) === undefined ? EMPTY_INDEX : readLayoutIndex(files, options);
  }

  const source = createLayoutSource(files, (options) => readLayoutIndex(files, options));

  /** Rewrites the index, one change after the other. */
  async function change(edit: (entries: readonly LayoutEntry[]) => readonly LayoutEntry[], options: CallOptions): Promise<void> {
    const turn = writing.then(async () => {
      options.signal?.throwIfAborted();
      const index = await readOrEmpty(options);
      const entries = edit(index.entries);
      if (entries === index.entries) return;
      // First: what has an index without it is no layout to anybody, and could not be gone on with.
      if ((await files.size(VERSION_FILE, options)) === undefined) await writeText(VERSION_FILE, VERSION_CONTENT);
      await writeText(INDEX_FILE, serialiseIndex({ ...index, entries }));
    });
    writing = turn.catch(() => undefined);
    await turn;
  }

  async function writeText(path: string, text: string): Promise<void> {
    await place(path, once(Buffer.from(text)));
  }

  async function place(path: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    const target = join(directory, path);
    placing++;
    try {
      await mkdir(join(target, '..'), { recursive: true });
      await mkdir(incoming, { recursive: true });
      await refuseLinks(directory, join(INCOMING, 'file'));
      await refuseLinks(directory, path);
      await placeFile(bytes, { incoming, target, overwrite: true });
    } catch (error) {
      throw fileError(error, target);
    } finally {
      // Never from under a push that is about to use it, and only where it is empty.
      if (--placing === 0) await rmdir(incoming).catch(() => undefined);
    }
  }

  return {
    ...source,
    async push(descriptor, content, options) {
      const isManifest = isManifestType(descriptor.mediaType);
      const isHere = await source.exists(descriptor, options);
      const verified = { open: () => verifyContent(content.open(), descriptor, options) };
      if (!isManifest) {
        if (!isHere) await place(blobPath(descriptor.digest), verified.open());
        return isHere ? 0 : descriptor.size;
      }
      const bytes = await readContent(isHere ? { open: () => source.fetch(descriptor, options) } : verified, { size: descriptor.size, most: MAX_MANIFEST });
      const manifest = parseManifest(new TextDecoder().decode(bytes), descriptor.mediaType);
      if (!isHere) await place(blobPath(descriptor.digest), once(bytes));
      await change((entries) => withManifest(entries, { descriptor, manifest }), options);
      return isHere ? 0 : descriptor.size;
    },
    async tag({ digest }, tag, options) {
      const name = checkName(tag);
      const kept = await source.resolve(digest, options).catch((error: unknown) => {
        throw isIlabError(error) && error.code === 'E_NOT_FOUND' ? notHere(directory, digest) : error;
      });
      await change((entries) => withTag(entries, { kept, name }), options);
    },
    async untag(tag, options) {
      let isThere = false;
      await change((entries) => {
        isThere = entries.some(({ descriptor }) => nameOf(descriptor) === tag);
        return isThere ? withoutTag(entries, tag) : entries;
      }, options);
      return isThere;
    },
  };
}

/** A manifest is listed, unless an index that lists it is; what an index lists need not be listed without a name any more. */
function withManifest(
  entries: readonly LayoutEntry[],
  { descriptor, manifest }: { readonly descriptor: Descriptor; readonly manifest: Manifest | Index },
): readonly LayoutEntry[] {
  const { mediaType, digest, size } = descriptor;
  const { artifactType } = manifest;
  const listed = new Set<Digest>(manifest.kind === 'index' ? childrenOf(manifest).map((child) => child.digest) : []);
  const kept = entries.filter((entry) => !listed.has(entry.descriptor.digest) || nameOf(entry.descriptor) !== undefined);
  const isListed = kept.some((entry) => entry.descriptor.digest === digest);
  if (isListed) return kept.length === entries.length ? entries : kept;
  return [...kept, layoutEntry({ mediaType, digest, size, annotations: {}, ...(artifactType !== undefined && { artifactType }) })];
}

function withTag(entries: readonly LayoutEntry[], { kept, name }: { readonly kept: Descriptor; readonly name: string }): readonly LayoutEntry[] {
  const { [NAME_ANNOTATION]: _name, ...annotations } = kept.annotations;
  const isPlain = ({ descriptor }: LayoutEntry): boolean => descriptor.digest === kept.digest && nameOf(descriptor) === undefined;
  const others = withoutTag(entries, name).filter((entry) => !isPlain(entry));
  return [...others, layoutEntry({ ...kept, annotations: { ...annotations, [NAME_ANNOTATION]: name } })];
}

/** What loses its last name stays listed without one. */
function withoutTag(entries: readonly LayoutEntry[], tag: string): readonly LayoutEntry[] {
  const gone = entries.filter(({ descriptor }) => nameOf(descriptor) === tag);
  const others = entries.filter((entry) => !gone.includes(entry));
  const nameless = gone.filter(({ descriptor }) => !others.some((entry) => entry.descriptor.digest === descriptor.digest));
  return [
    ...others,
    ...nameless.map(({ descriptor }) => {
      const { [NAME_ANNOTATION]: _name, ...annotations } = descriptor.annotations;
      return layoutEntry({ ...descriptor, annotations });
    }),
  ];
}

function notHere(directory: string, digest: Digest): IlabError {
  return new IlabError('E_NOT_FOUND', `${directory} has no manifest ${digest}.`, { hint: 'Push it before it is tagged.' });
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
