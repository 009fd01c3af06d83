import { randomFillSync } from 'node:crypto';
import { mkdir, open, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { findProgram, mustRun, type RealServer, startDistribution, startDockerRegistry } from '@ilab/e2e';

const MIB = 1024 * 1024;
/** Of every large figure; smaller ones are for trying out. */
export const SIZE: number = Number(process.env['ILAB_BENCH_MIB'] ?? 4096) * MIB;

/** distribution v3 where it is installed, else Debian's 2.8. */
export function startRegistry(directory: string): Promise<RealServer> {
  return findProgram('registry') ? startDistribution({ directory }) : startDockerRegistry({ directory });
}

/** The program, or an error that says how to get it. */
export function programOf(name: string): string {
  const program = findProgram(name);
  if (program === undefined) throw new Error(`${name} is not installed: see tools/install-test-tools.sh`);
  return program;
}

/** Sizes of a model as they are published: large shards of one size, and small files beside them. */
export function sizesOf(files: number, total: number): readonly number[] {
  const small = Math.floor(files / 4);
  const shard = Math.floor(total / (files - small));
  return Array.from({ length: files }, (_, index) => (index < small ? 16 * 1024 * (index + 1) : shard - 16 * 1024 * small));
}

/** Writes random files under names as models have them. @returns the names */
export async function fillFolder(directory: string, sizes: readonly number[]): Promise<readonly string[]> {
  const names = sizes.map((_, index) => `model-${String(index + 1).padStart(5, '0')}-of-${String(sizes.length).padStart(5, '0')}.safetensors`);
  for (const [index, name] of names.entries()) await fill(join(directory, name), sizes[index] ?? 0);
  return names;
}

/** Pushes random files as every tool finds their names: by ORAS's annotation, and by ModelPack's, old and new. */
export async function pushFiles(reference: string, { sizes, directory }: { readonly sizes: readonly number[]; readonly directory: string }): Promise<void> {
  const names = await fillFolder(directory, sizes);
  const annotations = Object.fromEntries(names.map((name) => [name, { 'org.cncf.model.filepath': name, 'org.cnai.model.filepath': name }]));
  await writeFile(join(directory, 'annotations.json'), JSON.stringify(annotations));
  await writeFile(join(directory, 'config.json'), JSON.stringify({ descriptor: {}, modelfs: { type: 'layers', diff_ids: [] }, config: {} }));
  const kind = ['--artifact-type', 'application/vnd.cnai.model.manifest.v1+json', '--config', 'config.json:application/vnd.cnai.model.config.v1+json'];
  const layers = names.map((name) => `${name}:application/vnd.cnai.model.weight.v1.raw`);
  const args = ['push', '--plain-http', '--annotation-file', 'annotations.json', ...kind, reference, ...layers];
  await mustRun(programOf('oras'), args, { cwd: directory, env: process.env });
}

async function fill(path: string, size: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const handle = await open(path, 'w');
  const chunk = Buffer.alloc(16 * MIB);
  for (let left = size; left > 0; left -= chunk.length) await handle.write(randomFillSync(chunk), 0, Math.min(left, chunk.length));
  await handle.close();
}
