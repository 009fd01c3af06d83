import { createHash } from 'node:crypto';
import { IlabError } from '@ilab/core/adapter';
import type { Descriptor } from '../content/descriptor.ts';
import { MAX_MANIFEST } from '../content/manifest.ts';
import type { Content } from '../target/content.ts';

/** A file that is to be packed, and its bytes. */
export interface ModelFile extends Content {
  /** Relative, `/`-separated, without `..`. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** Hex. */
  readonly sha256: string;
}

/** What is said of a model beside its files. All of it is part of what the digest is of. */
export interface ModelDescription {
  readonly name?: string;
  readonly version?: string;
  readonly description?: string;
  /** An SPDX expression. */
  readonly licence?: string;
  /** `gguf`, `safetensors`. */
  readonly format?: string;
  readonly architecture?: string;
  /** Number of weights. */
  readonly parameters?: number;
  /** How most weights are stored, as safetensors or GGUF name it: `BF16`, `Q4_K_M`, `gptq`. */
  readonly quantisation?: string;
  /** Where the files come from: an address. */
  readonly source?: string;
  /** The source’s revision. */
  readonly revision?: string;
  /** RFC 3339. Without it the same files give the same digest every day. */
  readonly created?: string;
}

/** A manifest or configuration. */
export interface PackedDocument {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
}

/** A layer that holds one file. */
export interface PackedLayer extends Content {
  readonly descriptor: Descriptor;
  /** The file’s path. */
  readonly path: string;
}

/** A model as an artifact that can be pushed: layers and configuration first, then the manifest. */
export interface PackedModel {
  readonly manifest: PackedDocument;
  readonly config: PackedDocument;
  /** In the manifest’s order. Two files of the same bytes are two layers of one digest. */
  readonly layers: readonly PackedLayer[];
}

/**
 * The same value gives the same bytes: keys in the order that they were written in, no spaces.
 * @throws IlabError E_USAGE when it is larger than registries take
 */
export function packDocument(mediaType: string, value: object): PackedDocument {
  const bytes = Buffer.from(JSON.stringify(value));
  if (bytes.length > MAX_MANIFEST) {
    throw new IlabError('E_USAGE', 'The model has more files than one manifest can list.', { hint: 'Leave some out, or put small ones into an archive.' });
  }
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}` as const;
  return { descriptor: { mediaType, digest, size: bytes.length, annotations: {} }, bytes };
}

/**
 * Files in the order of their layers.
 * @throws IlabError E_NOT_A_MODEL when there are none
 */
export function inOrder(files: readonly ModelFile[]): readonly ModelFile[] {
  if (files.length === 0) throw new IlabError('E_NOT_A_MODEL', 'There are no files to pack.', { hint: 'A model has one file at least.' });
  return [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** What OCI has names for (image spec, annotations.md). */
export function ociAnnotations({ name, version, description, licence, source, revision, created }: ModelDescription): Readonly<Record<string, string>> {
  return {
    ...(created !== undefined && { 'org.opencontainers.image.created': created }),
    ...(description !== undefined && { 'org.opencontainers.image.description': description }),
    ...(licence !== undefined && { 'org.opencontainers.image.licenses': licence }),
    ...(revision !== undefined && { 'org.opencontainers.image.revision': revision }),
    ...(source !== undefined && { 'org.opencontainers.image.source': source }),
    ...(name !== undefined && { 'org.opencontainers.image.title': name }),
    ...(version !== undefined && { 'org.opencontainers.image.version': version }),
  };
}

/** What a manifest says of something else: nothing that is empty. */
export function entry({ mediaType, digest, size, annotations }: Descriptor): object {
  return { mediaType, digest, size, ...(Object.keys(annotations).length > 0 && { annotations }) };
}
