import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { billOfMaterials, foldersBehind, type InstalledPackage, installedPackages, installInto, overBudget, packFolders } from '../src/index.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const named = (packages: readonly { readonly name: string; readonly version: string }[]) => packages.map(({ name, version }) => `${name}@${version}`).sort();

describe('the command line, installed by npm', () => {
  let project: string;
  let archives: readonly string[];
  let packages: readonly InstalledPackage[];

  beforeAll(async () => {
    project = await mkdtemp(join(tmpdir(), 'ilab-installed-'));
    archives = await packFolders(foldersBehind(root, '@ilab/cli'));
    await installInto(project, archives);
    packages = await installedPackages(join(project, 'node_modules'));
  });
  afterAll(async () => {
    for (const directory of [project, dirname(archives[0] ?? join(project, 'x'))]) await rm(directory, { recursive: true, force: true });
  });

  it('keeps its budget: few packages, few bytes, none that runs a script when it is installed, and no code of one machine', async () => {
    const sizes = await Promise.all(archives.map(async (archive) => (await stat(archive)).size));
    expect(packages.map(({ name }) => name)).toEqual(expect.arrayContaining(['@ilab/cli', '@ilab/plugin-hf', '@ilab/plugin-oci', '@oclif/core']));
    const packed = sizes.reduce((sum, size) => sum + size, 0);
    expect(overBudget(packages, packed)).toEqual([]);
  });

  it('has a bill of materials: every package that is there, where it is from, and nothing of this machine', async () => {
    const bill = await billOfMaterials(project);
    expect([bill.bomFormat, bill.metadata.component.name]).toEqual(['CycloneDX', 'ilab']);
    expect(named(bill.components)).toEqual(named(packages));
    expect(bill.components.filter(({ purl }) => !purl?.startsWith('pkg:npm/'))).toEqual([]);
    expect(bill.components.filter(({ name, hashes = [] }) => hashes.length === 0 && !name.startsWith('@ilab/'))).toEqual([]);
    expect(JSON.stringify(bill)).not.toMatch(/file:|ilab-packed-|ilab-installed-/);
  });
});
