import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contentOf, copy, createMemoryTarget, openLayoutArchive, openLayoutFolder, packArtifact, packLayoutArchive, pushPacked, type Target } from '@ilab/oras';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findProgram, lacking } from '../src/index.ts';

const reason = lacking('skopeo', 'oras');
const NAME = 'quay.io/org/model:v1';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ilab-layouts-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe.skipIf(reason !== undefined)(`layouts between tools${reason === undefined ? '' : ` (${reason})`}`, () => {
  const skopeo = (from: string, to: string): Buffer => execFileSync(findProgram('skopeo') ?? '', ['--insecure-policy', 'copy', from, to], { stdio: 'pipe' });
  const oras = (...args: readonly string[]): Buffer => execFileSync(findProgram('oras') ?? '', args, { stdio: 'pipe' });

  async function fill(target: Target, tag: string) {
    const file = { path: 'weights.bin', size: 7, ...contentOf(Buffer.from('weights')) };
    const packed = await packArtifact([file], { artifactType: 'application/x.test' });
    await pushPacked(target, packed, {});
    await target.tag(packed.manifest.descriptor, tag, {});
    return packed.manifest;
  }

  it('go in a folder to skopeo and oras, and back', async () => {
    const manifest = await fill(openLayoutFolder(join(folder, 'ours')), 'v1');
    expect(oras('manifest', 'fetch', '--oci-layout', `${folder}/ours:v1`)).toEqual(Buffer.from(manifest.bytes));
    skopeo(`oci:${folder}/ours:v1`, `oci:${folder}/theirs:v2`);
    oras('cp', '--from-oci-layout', `${folder}/ours:v1`, '--to-oci-layout', `${folder}/more:v3`);
    for (const [name, tag] of [
      ['theirs', 'v2'],
      ['more', 'v3'],
    ] as const) {
      const copied = await copy(openLayoutFolder(join(folder, name)), tag, createMemoryTarget());
      expect(copied.digest).toBe(manifest.descriptor.digest);
    }
  });
  it('go in an archive to skopeo and oras, and back', async () => {
    const source = createMemoryTarget();
    const { descriptor, bytes } = await fill(source, 'v1');
    const archive = await packLayoutArchive(source, [{ ...descriptor, annotations: { 'org.opencontainers.image.ref.name': NAME } }], {});
    await writeFile(join(folder, 'ours.tar'), archive.open({}));
    expect(oras('manifest', 'fetch', '--oci-layout', `${folder}/ours.tar@${descriptor.digest}`)).toEqual(Buffer.from(bytes));
    skopeo(`oci-archive:${folder}/ours.tar:${NAME}`, `oci-archive:${folder}/theirs.tar:other:v2`);
    await using theirs = await openLayoutArchive(join(folder, 'theirs.tar'), {});
    expect((await copy(theirs, 'other:v2', createMemoryTarget())).digest).toBe(descriptor.digest);
  });
});
