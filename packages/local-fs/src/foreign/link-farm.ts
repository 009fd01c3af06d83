import { createHash } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { SnapshotMetadata } from '@ilab/core';
import { isObject, isSha256, jsonInside, look, parseObject, textInside } from '../inside.ts';

/** A folder of the older `ilab` whose files are links into an OCI layout, with the manifest that they are of. */
export interface LinkFarm {
  /** The OCI layout’s directory. */
  readonly layout: string;
  readonly manifest: NonNullable<SnapshotMetadata['manifest']>;
  /** The manifest’s files; `sha256` in hex. */
  readonly files: readonly { readonly path: string; readonly size: number; readonly sha256: string; readonly mediaType?: string }[];
}

const TARGET = /^(\/.*)\/blobs\/sha256\/([0-9a-f]{64})$/;
const TITLE = 'org.opencontainers.image.title';
const DEEPEST = 8;

/**
 * Reads what a folder of links is. The layout may hold several manifests (one for each tag that was pulled), and the older `ilab` linked
 * the first one’s files whatever was asked for; so the links decide which one it is.
 */
export function readLinkFarm(folder: string): LinkFarm | undefined {
  const links = new Map(linksBelow(folder, { prefix: '', depth: DEEPEST }));
  const layouts = new Set([...links.values()].map(({ layout }) => layout));
  for (const layout of layouts) {
    const fitting = manifestsOf(layout).filter(({ files }) => files.every(({ path, sha256 }) => links.get(path)?.sha256 === sha256));
    const [largest] = fitting.sort((a, b) => b.files.length - a.files.length);
    if (largest) return { layout, ...largest };
  }
  return undefined;
}

type Link = { readonly layout: string; readonly sha256: string };

function* linksBelow(folder: string, { prefix, depth }: { readonly prefix: string; readonly depth: number }): Generator<[string, Link]> {
  for (const entry of look(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && depth > 0) yield* linksBelow(path, { prefix: `${prefix}${entry.name}/`, depth: depth - 1 });
    if (!entry.isSymbolicLink()) continue;
    const [, layout, sha256] = TARGET.exec(targetOf(path)) ?? [];
    if (layout !== undefined && sha256 !== undefined) yield [`${prefix}${entry.name}`, { layout, sha256 }];
  }
}

function targetOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function manifestsOf(layout: string): Omit<LinkFarm, 'layout'>[] {
  const listed = jsonInside(layout, join(layout, 'index.json'))?.['manifests'];
  return (Array.isArray(listed) ? listed : []).flatMap((descriptor: unknown) => {
    const hex = isObject(descriptor) && typeof descriptor['digest'] === 'string' ? descriptor['digest'].replace(/^sha256:/, '') : '';
    const content = isSha256(hex) ? textInside(layout, join(layout, 'blobs', 'sha256', hex)) : undefined;
    if (content === undefined || createHash('sha256').update(content).digest('hex') !== hex) return [];
    const manifest = parseObject(content);
    const files = filesOf(manifest?.['layers']);
    const mediaType = typeof manifest?.['mediaType'] === 'string' ? manifest['mediaType'] : 'application/vnd.oci.image.manifest.v1+json';
    return files.length > 0 ? [{ manifest: { digest: `sha256:${hex}`, mediaType, content }, files }] : [];
  });
}

/** Layers with a title, which is the file’s name. */
function filesOf(layers: unknown): LinkFarm['files'] {
  return (Array.isArray(layers) ? layers : []).flatMap((layer: unknown) => {
    if (!isObject(layer)) return [];
    const { digest, size, mediaType, annotations } = layer;
    const path = isObject(annotations) ? annotations[TITLE] : undefined;
    const sha256 = typeof digest === 'string' ? digest.replace(/^sha256:/, '') : '';
    if (typeof path !== 'string' || !isSha256(sha256) || typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) return [];
    return [{ path, size, sha256, ...(typeof mediaType === 'string' && { mediaType }) }];
  });
}
