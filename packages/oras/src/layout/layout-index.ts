import { type CallOptions, IlabError, parseUnambiguousJson } from '@ilab/core/adapter';
import { type Descriptor, parseDescriptor } from '../content/descriptor.ts';
import { INDEX_TYPES } from '../content/media-types.ts';
import { isRecord } from '../content/record.ts';
import type { LayoutFiles } from './layout-files.ts';

/** Under what a layout names its manifests (image spec, annotations.md). */
export const NAME_ANNOTATION = 'org.opencontainers.image.ref.name';
export const INDEX_FILE = 'index.json';
export const VERSION_FILE = 'oci-layout';
/** The version of both 1.0 and 1.1 of the specification. */
export const VERSION_CONTENT = '{"imageLayoutVersion":"1.0.0"}';

/** More manifests than anybody keeps in one layout, and the bytes that they take. */
const MOST_ENTRIES = 20_000;
const LARGEST_INDEX = 16 * 1024 * 1024;
const LARGEST_VERSION = 4096;

/** One manifest of `index.json`. */
export interface LayoutEntry {
  readonly descriptor: Descriptor;
  /** As it stands there, with what others wrote beside. */
  readonly raw: Readonly<Record<string, unknown>>;
}

/** The content of `index.json` (image spec, image-layout.md). */
export interface LayoutIndex {
  readonly entries: readonly LayoutEntry[];
  /** What else is in it. */
  readonly rest: Readonly<Record<string, unknown>>;
}

export const EMPTY_INDEX: LayoutIndex = { entries: [], rest: { schemaVersion: 2, mediaType: INDEX_TYPES[0] } };

/**
 * Reads `index.json`, after a look at what the layout says of itself.
 * @throws IlabError E_NOT_FOUND where there is no layout, E_REGISTRY for what is none, E_STORE
 */
export async function readLayoutIndex(files: LayoutFiles, options: CallOptions): Promise<LayoutIndex> {
  await checkVersion(files, options);
  const value = parse(await readSmall(files, { path: INDEX_FILE, most: LARGEST_INDEX }, options), `${files.name}: ${INDEX_FILE}`);
  const { manifests, ...rest } = value;
  if (!Array.isArray(manifests) || value['schemaVersion'] !== 2) throw noLayout(`${files.name}: ${INDEX_FILE} lists no manifests`);
  if (manifests.length > MOST_ENTRIES) throw noLayout(`${files.name}: ${INDEX_FILE} lists more than ${MOST_ENTRIES} manifests`);
  return { entries: manifests.map((raw: unknown) => ({ descriptor: parseDescriptor(raw), raw: isRecord(raw) ? raw : {} })), rest };
}

export function serialiseIndex({ entries, rest }: LayoutIndex): string {
  return JSON.stringify({ ...rest, manifests: entries.map(({ raw }) => raw) });
}

/** An entry that names a manifest, or leaves it without a name. */
export function layoutEntry({ mediaType, digest, size, artifactType, annotations }: Descriptor): LayoutEntry {
  const raw = { mediaType, digest, size, ...(Object.keys(annotations).length > 0 && { annotations }), ...(artifactType !== undefined && { artifactType }) };
  return { descriptor: parseDescriptor(raw), raw };
}

async function checkVersion(files: LayoutFiles, options: CallOptions): Promise<void> {
  const { imageLayoutVersion } = parse(await readSmall(files, { path: VERSION_FILE, most: LARGEST_VERSION }, options), `${files.name}: ${VERSION_FILE}`);
  if (typeof imageLayoutVersion === 'string' && imageLayoutVersion.startsWith('1.')) return;
  throw noLayout(`${files.name} has a version that is not known`);
}

async function readSmall(files: LayoutFiles, { path, most }: { readonly path: string; readonly most: number }, options: CallOptions): Promise<string> {
  const size = await files.size(path, options);
  if (size === undefined) {
    throw new IlabError('E_NOT_FOUND', `${files.name} has no ${path}.`, { hint: 'Name a folder or archive in the layout of OCI images.' });
  }
  if (size > most) throw noLayout(`${files.name}: ${path} has more than ${most} bytes`);
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of files.read(path, options)) {
    length += piece.length;
    // It may have grown since.
    if (length > most) throw noLayout(`${files.name}: ${path} has more than ${most} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}

function parse(text: string, where: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = parseUnambiguousJson(text);
  } catch (error) {
    throw noLayout(`${where} can’t be read as JSON: ${error instanceof Error ? error.message.slice(0, 200) : ''}`);
  }
  if (isRecord(value)) return value;
  throw noLayout(`${where} is no object`);
}

function noLayout(problem: string): IlabError {
  return new IlabError('E_REGISTRY', `This is no image layout: ${problem}.`, { hint: 'Get it again from where it came from.', side: 'source' });
}
