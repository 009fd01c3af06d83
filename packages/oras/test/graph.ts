import { createHash } from 'node:crypto';
import { contentOf, type Descriptor, type Pusher } from '../src/index.ts';

export const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
export const INDEX = 'application/vnd.oci.image.index.v1+json';

/** Bytes and what they are. */
export interface Item {
  readonly descriptor: Descriptor;
  readonly bytes: Buffer;
}

export function item(mediaType: string, content: string | Buffer, algorithm: 'sha256' | 'sha512' = 'sha256'): Item {
  const bytes = Buffer.from(content);
  const digest = `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}` as const;
  return { descriptor: { mediaType, digest, size: bytes.length, annotations: {} }, bytes };
}

export function blob(content: string | Buffer): Item {
  return item('application/octet-stream', content);
}

const entry = ({ descriptor: { mediaType, digest, size } }: Item) => ({ mediaType, digest, size });

export function manifest(
  layers: readonly Item[],
  { subject, artifactType = 'application/x.test' }: { readonly subject?: Item; readonly artifactType?: string } = {},
): Item {
  const value = { schemaVersion: 2, mediaType: MANIFEST, artifactType, config: entry(EMPTY), layers: layers.map(entry) };
  return item(MANIFEST, JSON.stringify({ ...value, ...(subject && { subject: entry(subject) }) }));
}

export function index(manifests: readonly Item[]): Item {
  return item(INDEX, JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: manifests.map(entry) }));
}

/** The configuration of all manifests here. */
export const EMPTY: Item = item('application/vnd.oci.empty.v1+json', '{}');

export async function pushAll(target: Pusher, items: readonly Item[]): Promise<void> {
  for (const { descriptor, bytes } of items) await target.push(descriptor, contentOf(bytes), {});
}

export async function bytesOf(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(pieces));
}
