import { createHash } from 'node:crypto';
import { mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeTree } from './write-tree.ts';

type Files = Readonly<Record<string, string | Uint8Array>>;

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** An OCI layout with artifacts in the order in which skopeo copied them. @returns the digests of their manifests */
export function layOutArtifacts(layout: string, artifacts: readonly Files[]): readonly string[] {
  const manifests = artifacts.map((files) => {
    const layers = Object.entries(files).map(([title, content]) => ({
      mediaType: 'application/octet-stream',
      digest: `sha256:${sha256(content)}`,
      size: Buffer.byteLength(content),
      annotations: { 'org.opencontainers.image.title': title },
    }));
    for (const content of Object.values(files)) writeTree(layout, { [`blobs/sha256/${sha256(content)}`]: content });
    return JSON.stringify({ schemaVersion: 2, mediaType: 'application/vnd.oci.image.manifest.v1+json', layers });
  });
  const digests = manifests.map((manifest) => `sha256:${sha256(manifest)}`);
  for (const manifest of manifests) writeTree(layout, { [`blobs/sha256/${sha256(manifest)}`]: manifest });
  const index = { schemaVersion: 2, manifests: digests.map((digest) => ({ mediaType: 'application/vnd.oci.image.manifest.v1+json', digest })) };
  writeTree(layout, { 'index.json': JSON.stringify(index), 'oci-layout': '{"imageLayoutVersion":"1.0.0"}' });
  return digests;
}

/** A folder with an absolute link for every file, as the older `ilab` made it. */
export function linkFarm(folder: string, layout: string, files: Files): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    symlinkSync(join(layout, 'blobs', 'sha256', sha256(content)), join(folder, path));
  }
}
