import { createHash } from 'node:crypto';
import { type Digest, digestParts, IlabError, parseDigest } from '@ilab/core/adapter';
import { isRecord, textRecord } from './record.ts';

/** What bytes are, how many, and what they hash to (image spec, descriptor.md). */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  /** In bytes. */
  readonly size: number;
  readonly annotations: Readonly<Record<string, string>>;
  readonly artifactType?: string;
  readonly platform?: { readonly os: string; readonly architecture: string };
  /** A file name beside the specification, as Ollama writes it. */
  readonly name?: string;
}

/**
 * Reads a descriptor that came from a registry.
 * @throws IlabError E_REGISTRY when media type, digest or size are missing or impossible
 */
export function parseDescriptor(value: unknown): Descriptor {
  if (!isRecord(value)) throw malformed('a descriptor is no object');
  const { mediaType, digest, size, annotations, artifactType, platform, name, data } = value;
  if (typeof mediaType !== 'string' || mediaType.length > 255) throw malformed('a descriptor has no media type');
  if (typeof digest !== 'string') throw malformed('a descriptor has no digest');
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) throw malformed('a descriptor has no usable size');
  const named = contentDigest(digest);
  if (data !== undefined) checkData(data, { digest: named, size });
  return {
    mediaType,
    digest: named,
    size,
    annotations: textRecord(annotations),
    ...(typeof artifactType === 'string' && { artifactType }),
    ...(isRecord(platform) && { platform: { os: String(platform['os'] ?? ''), architecture: String(platform['architecture'] ?? '') } }),
    ...(typeof name === 'string' && { name }),
  };
}

/** Content that comes along has to be the descriptor's, or two readers would see two things (image spec, descriptor.md “Embedded Content”). */
function checkData(data: unknown, { digest, size }: Pick<Descriptor, 'digest' | 'size'>): void {
  const bytes = typeof data === 'string' ? Buffer.from(data, 'base64') : undefined;
  const { algorithm, hex } = digestParts(digest);
  if (bytes?.length !== size || createHash(algorithm).update(bytes).digest('hex') !== hex)
    throw malformed('the data of a descriptor is not what its digest says');
}

/** A digest that OCI registers: sha256 or sha512. */
export function contentDigest(text: string): Digest {
  const digest = parseDigest(text);
  if (digest.startsWith('git-')) throw malformed(`“${text}” is no digest of the OCI specification`);
  return digest;
}

export function malformed(problem: string): IlabError {
  return new IlabError('E_REGISTRY', `The registry's answer makes no sense: ${problem}.`, {
    hint: 'Check that the host is an OCI registry; if it is, tell whoever runs it.',
  });
}
