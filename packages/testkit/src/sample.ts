import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import type { Cache, Digest, Metadata, SnapshotId, SnapshotMetadata, SnapshotWriter, VersionRecord } from '@ilab/core';

/** The two ports of one store, which promise things of each other. */
export interface StoreUnderTest {
  readonly cache: Cache;
  readonly metadata: Metadata;
}

/** A file with all that is known of it. */
export interface SampleFile {
  readonly path: string;
  readonly content: string;
  /** In bytes. */
  readonly size: number;
  /** Hex. */
  readonly sha256: string;
  readonly digest: Digest;
}

export function sampleFile(path: string, content: string = `content of ${path}`): SampleFile {
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { path, content, size: Buffer.byteLength(content), sha256, digest: `sha256:${sha256}` };
}

/** A snapshot of `registry.example/team/granite`, unless something else is said. */
export function sampleId(given: Partial<SnapshotId> = {}): SnapshotId {
  return { source: 'oci', host: 'registry.example', repository: 'team/granite', revision: sampleRevision(1), ...given };
}

/** A manifest digest, another for every number. */
export function sampleRevision(number: number): string {
  return sampleFile('manifest', String(number)).digest;
}

export function sampleMetadata(id: SnapshotId, files: readonly SampleFile[]): SnapshotMetadata {
  return {
    schema: 1,
    ...id,
    requested: { reference: `${id.host}/${id.repository}:v1`, version: 'v1', kind: 'tag' },
    created: '2026-01-02T03:04:05.000Z',
    tool: 'testkit/0',
    files: files.map(({ path, size, sha256, digest }) => ({ path, size, sha256, from: digest })),
    format: 'unknown',
  };
}

export function sampleRecord(name: string, revision: string): VersionRecord {
  return { name, kind: 'tag', revision, selectors: [], checked: '2026-01-02T03:04:05.000Z', moved: [] };
}

/** Brings a file in as a download does: staged, written, placed. */
export async function placeFile(writer: SnapshotWriter, file: SampleFile): Promise<void> {
  const staged = await writer.stage(file, {});
  try {
    await writeFile(staged.path, file.content);
    await writer.place(file, staged.path);
  } finally {
    await staged.release();
  }
}

/** Describes a snapshot and brings its files in, all of them or those that are here. */
export async function addSnapshot(
  { cache, metadata }: StoreUnderTest,
  { id, files, here = files }: { readonly id: SnapshotId; readonly files: readonly SampleFile[]; readonly here?: readonly SampleFile[] },
): Promise<void> {
  await metadata.describe(sampleMetadata(id, files), {});
  const writer = await cache.write(id, {});
  try {
    for (const file of here) await placeFile(writer, file);
  } finally {
    await writer.close();
  }
}
