import { lstat, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type CallOptions, IlabError, isFilePath } from '@ilab/core/adapter';
import type { Descriptor } from '../content/descriptor.ts';
import { UNPACK_ANNOTATION } from '../content/media-types.ts';
import { errnoOf, fileError, irregular } from '../layout/file-error.ts';
import { placeFile } from '../layout/place-file.ts';
import { fetchManifest } from '../target/fetch-manifest.ts';
import type { Source } from '../target/target.ts';

export interface UnpackArtifactOptions extends CallOptions {
  /** Whether files that are there are replaced; default: that is E_CONFLICT. */
  readonly overwrite?: boolean;
  /**
   * Unpacks a folder that ORAS packed, whose verified archive (tar and gzip) is at `archive`, below `directory`. Implementers MUST let
   * nothing out of that. Default: such a layer is left out.
   */
  readonly unpackFolder?: (folder: { readonly archive: string; readonly directory: string; readonly layer: Descriptor }, options: CallOptions) => Promise<void>;
}

/** What came of it, by path. */
export interface UnpackedArtifact {
  readonly files: readonly string[];
  /** Layers without a title, and folders where nobody unpacks them. */
  readonly leftOut: readonly Descriptor[];
}

const TITLE = 'org.opencontainers.image.title';

/**
 * Writes the files of an artifact into a folder: every layer that has a title. What stands under a file's name is verified and synced.
 * @throws IlabError E_REGISTRY (a title that leads out, or that two layers have; an index), E_CONFLICT (a file is there already), E_NO_SPACE, E_STORE, and as `Source`
 */
export async function unpackArtifact(source: Source, reference: string, directory: string, options: UnpackArtifactOptions = {}): Promise<UnpackedArtifact> {
  const { manifest } = await fetchManifest(source, await source.resolve(reference, options), options);
  if (manifest.kind === 'index') {
    throw new IlabError('E_REGISTRY', `“${reference}” is an index of several artifacts.`, { hint: 'Name the digest of one of them.' });
  }
  const named = manifest.layers.filter((layer) => layer.annotations[TITLE] !== undefined);
  for (const layer of named) checkTitle(titleOf(layer));
  refuseTwins(named);
  const leftOut = manifest.layers.filter((layer) => !named.includes(layer));
  const files: string[] = [];
  await mkdir(directory, { recursive: true });
  const incoming = await mkdtemp(join(directory, '.incoming-'));
  try {
    for (const layer of named) {
      if (layer.annotations[UNPACK_ANNOTATION] !== 'true') await writeLayer({ source, directory, incoming }, layer, options);
      else if (!(await unpackLayer({ source, directory, incoming }, layer, options))) {
        leftOut.push(layer);
        continue;
      }
      files.push(titleOf(layer));
    }
  } finally {
    await rm(incoming, { recursive: true, force: true });
  }
  return { files, leftOut };
}

interface Place {
  readonly source: Source;
  readonly directory: string;
  readonly incoming: string;
}

async function writeLayer({ source, directory, incoming }: Place, layer: Descriptor, options: UnpackArtifactOptions): Promise<void> {
  const target = join(directory, titleOf(layer));
  try {
    await makeParents(directory, titleOf(layer));
    await placeFile(source.fetch(layer, options), { incoming, target, overwrite: options.overwrite ?? false });
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw fileError(error, target);
    throw new IlabError('E_CONFLICT', `${target} is there already.`, { hint: 'Move it away, or have it overwritten.' });
  }
}

/** @returns whether anybody does that */
async function unpackLayer({ source, directory, incoming }: Place, layer: Descriptor, options: UnpackArtifactOptions): Promise<boolean> {
  const { unpackFolder, ...call } = options;
  if (!unpackFolder) return false;
  const archive = join(incoming, 'folder.tar.gz');
  await placeFile(source.fetch(layer, options), { incoming, target: archive, overwrite: true });
  await unpackFolder({ archive, directory, layer }, call);
  return true;
}

/** Folders that lead to a file, none of them a link. @throws IlabError E_STORE */
async function makeParents(directory: string, path: string): Promise<void> {
  const parts = dirname(path) === '.' ? [] : dirname(path).split('/');
  let parent = directory;
  for (const part of parts) {
    parent = join(parent, part);
    await mkdir(parent).catch((error: unknown) => {
      if (errnoOf(error) !== 'EEXIST') throw error;
    });
    if (!(await lstat(parent)).isDirectory()) throw irregular(parent);
  }
}

function titleOf({ annotations }: Descriptor): string {
  return annotations[TITLE] ?? '';
}

function checkTitle(title: string): void {
  if (isFilePath(title)) return;
  throw new IlabError('E_REGISTRY', `An artifact has a file whose name leads out or can’t be one: “${title.slice(0, 200)}”.`, {
    hint: 'Tell whoever pushed it.',
    side: 'source',
  });
}

/** Which of two it would be depends on who unpacks it. */
function refuseTwins(layers: readonly Descriptor[]): void {
  const seen = new Map<string, string>();
  for (const layer of layers) {
    const title = titleOf(layer);
    if ((seen.get(title) ?? layer.digest) !== layer.digest) {
      throw new IlabError('E_REGISTRY', `An artifact has two different files called “${title.slice(0, 200)}”.`, {
        hint: 'Tell whoever pushed it.',
        side: 'source',
      });
    }
    seen.set(title, layer.digest);
  }
}
