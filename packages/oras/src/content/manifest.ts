import { IlabError, isDigest, parseUnambiguousJson } from '@ilab/core/adapter';
import { type Descriptor, malformed, parseDescriptor } from './descriptor.ts';
import { INDEX_TYPES, MANIFEST_TYPES } from './media-types.ts';
import { isRecord, textRecord } from './record.ts';

/** One artifact or image: a configuration and layers (image spec, manifest.md). */
export interface Manifest {
  readonly kind: 'manifest';
  readonly mediaType: string;
  readonly artifactType?: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly annotations: Readonly<Record<string, string>>;
  /** The manifest that this one is attached to. */
  readonly subject?: Descriptor;
}

/** Several manifests under one name (image spec, image-index.md). */
export interface Index {
  readonly kind: 'index';
  readonly mediaType: string;
  readonly artifactType?: string;
  readonly manifests: readonly Descriptor[];
  readonly annotations: Readonly<Record<string, string>>;
  readonly subject?: Descriptor;
}

/** In bytes. Registries take manifests of at least 4 MiB (distribution spec, “Pushing Manifests”); more than that is no manifest. */
export const MAX_MANIFEST: number = 4 * 1024 * 1024;

/** More layers or manifests than any model has. */
const MOST_ENTRIES = 20_000;

/**
 * Reads a manifest or an index. The media type inside wins over the header's, as the specification demands that they agree.
 * @throws IlabError E_REGISTRY for anything else
 */
export function parseManifest(content: string, contentType: string | undefined): Manifest | Index {
  const value = parseJson(content);
  if (!isRecord(value)) throw malformed('a manifest is no JSON object');
  if (value['schemaVersion'] === 1) {
    throw new IlabError('E_NOT_A_MODEL', 'This is an image of the first Docker format, which holds no models.', {
      hint: 'Push it again with a tool of this decade.',
    });
  }
  if (value['schemaVersion'] !== 2) throw malformed('a manifest has no schema version that is known');
  const mediaType = mediaTypeOf(value, contentType);
  refuseTwoKinds(value, { mediaType, contentType });
  const { artifactType, subject } = value;
  const common = {
    mediaType,
    ...(typeof artifactType === 'string' && { artifactType }),
    annotations: textRecord(value['annotations']),
    ...(isDescriptor(subject) && { subject: parseDescriptor(subject) }),
  };
  if (isOneOf(INDEX_TYPES, mediaType)) return { kind: 'index', ...common, manifests: oneSizeEach(descriptors(value['manifests'])) };
  if (!isOneOf(MANIFEST_TYPES, mediaType)) throw malformed(`“${mediaType.slice(0, 100)}” is no manifest`);
  const config = parseDescriptor(value['config']);
  const layers = descriptors(value['layers']);
  oneSizeEach([config, ...layers]);
  return { kind: 'manifest', ...common, config, layers };
}

/** What something is attached to is nothing to whoever reads it, so that nonsense there is left to whoever takes it in. */
function isDescriptor(value: unknown): boolean {
  return (
    isRecord(value) &&
    typeof value['mediaType'] === 'string' &&
    typeof value['digest'] === 'string' &&
    isDigest(value['digest']) &&
    Number.isSafeInteger(value['size'])
  );
}

function parseJson(content: string): unknown {
  try {
    return parseUnambiguousJson(content);
  } catch (error) {
    throw malformed(`a manifest can’t be read as JSON: ${error instanceof Error ? error.message.slice(0, 200) : ''}`);
  }
}

/**
 * A text that is a manifest to one reader and an index to another (CVE-2021-41190) would be two models under one digest.
 * @throws IlabError E_REGISTRY
 */
function refuseTwoKinds(value: Readonly<Record<string, unknown>>, { mediaType, contentType }: { mediaType: string; contentType: string | undefined }): void {
  const isIndex = isOneOf(INDEX_TYPES, mediaType);
  if (isIndex ? 'layers' in value || 'config' in value : 'manifests' in value) throw malformed('a manifest is also a list of manifests');
  const header = contentType?.split(';')[0]?.trim() ?? '';
  if (isOneOf(isIndex ? MANIFEST_TYPES : INDEX_TYPES, header)) throw malformed(`a manifest says that it is “${mediaType}”, and is sent as “${header}”`);
}

/** The same bytes have one size. @throws IlabError E_REGISTRY */
function oneSizeEach(entries: readonly Descriptor[]): readonly Descriptor[] {
  const sizes = new Map<string, number>();
  for (const { digest, size } of entries) {
    if ((sizes.get(digest) ?? size) !== size) throw malformed('a manifest gives the same bytes two sizes');
    sizes.set(digest, size);
  }
  return entries;
}

/** OCI lets `mediaType` be absent; then the header tells, and after it the content's shape. */
function mediaTypeOf(value: Readonly<Record<string, unknown>>, contentType: string | undefined): string {
  if (typeof value['mediaType'] === 'string') return value['mediaType'];
  const header = contentType?.split(';')[0]?.trim() ?? '';
  if (isOneOf(INDEX_TYPES, header) || isOneOf(MANIFEST_TYPES, header)) return header;
  return Array.isArray(value['manifests']) ? INDEX_TYPES[0] : MANIFEST_TYPES[0];
}

function isOneOf(types: readonly string[], type: string): boolean {
  return types.includes(type);
}

function descriptors(value: unknown): readonly Descriptor[] {
  if (!Array.isArray(value)) throw malformed('a manifest has no list of layers or manifests');
  if (value.length > MOST_ENTRIES) throw malformed(`a manifest lists more than ${MOST_ENTRIES} entries`);
  return value.map(parseDescriptor);
}
