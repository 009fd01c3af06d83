import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { nullPrompt, planRemoval, type RemovalDeps, removeModel, type SourceManifest } from '@ilab/core';
import { addSnapshot, collect, sampleFile, sampleId, sampleRecord, sampleRevision } from '@ilab/testkit';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory, temporaryStore } from './temporary-store.ts';
import { GGUF, writeTree } from './write-tree.ts';

const id = sampleId();
const file = sampleFile('model.gguf', GGUF.toString('latin1'));
const oci: SourceManifest = {
  source: 'oci',
  schemes: ['oci'],
  hosts: [],
  fallback: true,
  depth: { min: 1, max: 8 },
  patterns: { segment: '[a-z0-9._-]+', version: '[\\w][\\w.-]{0,127}' },
  defaultVersion: 'latest',
};

/** A store with one snapshot under two names, and the removal that the command line has. */
async function storeWithNames(given: Parameters<typeof temporaryStore>[0] = {}) {
  const store = temporaryStore(given);
  await addSnapshot(store, { id, files: [file] });
  for (const name of ['v1', 'latest']) await store.metadata.moveVersion(id, sampleRecord(name, id.revision), {});
  const settings: RemovalDeps['settings'] = {
    dir: store.models,
    checkpointsDir: join(store.root, 'checkpoints'),
    extraDirs: [],
    pull: 'missing',
    offline: true,
    aliases: {},
    shortNames: { mode: 'disabled', search: [] },
    registries: {},
  };
  const deps: RemovalDeps = { ...store, registries: { manifests: [oci] }, prompt: nullPrompt, settings };
  const remove = async (value: string) => removeModel(store, await planRemoval(deps, value, {}), {});
  return { ...store, remove, repository: join(store.models, 'registry.example/team/granite') };
}

describe('removing a version name', () => {
  it('leaves the snapshot while another name points to it', async () => {
    const { remove, cache, repository } = await storeWithNames();
    expect(await remove('registry.example/team/granite:v1')).toEqual({ bytes: 0 });
    expect(readdirSync(join(repository, '.versions'))).toEqual(['latest.json']);
    expect((await cache.snapshot(id, {}))?.files).toHaveLength(1);
  });

  it('takes the snapshot along with the last, and leaves no empty directories', async () => {
    const { remove, cache, models } = await storeWithNames();
    await remove('registry.example/team/granite:v1');
    const { bytes } = await remove('registry.example/team/granite:latest');
    expect(bytes).toBeGreaterThanOrEqual(file.size);
    expect(await collect(cache.items({}))).toEqual([]);
    expect(readdirSync(models)).toEqual(['.store']);
    expect(readdirSync(join(models, '.store/trash'))).toEqual([]);
  });

  it('leaves a neighbour’s directory that shares the path', async () => {
    const { remove, models, ...store } = await storeWithNames();
    await addSnapshot(store, { id: sampleId({ repository: 'team/other' }), files: [file] });
    for (const name of ['v1', 'latest']) await remove(`registry.example/team/granite:${name}`);
    expect(readdirSync(join(models, 'registry.example/team'))).toEqual(['other']);
  });

  it('refuses a snapshot by its digest while names point to it', async () => {
    const { remove, cache } = await storeWithNames();
    await expect(remove(`registry.example/team/granite@${id.revision}`)).rejects.toMatchObject({ code: 'E_AMBIGUOUS' });
    expect(await cache.snapshot(id, {})).toBeDefined();
  });

  it('takes a snapshot without a name by its digest', async () => {
    const { remove, ...store } = await storeWithNames();
    const other = { ...id, revision: sampleRevision(2) };
    await addSnapshot(store, { id: other, files: [file] });
    await remove(`registry.example/team/granite@${other.revision}`);
    expect(await store.cache.snapshot(other, {})).toBeUndefined();
    expect(await store.cache.snapshot(id, {})).toBeDefined();
  });
});

describe('removing something else', () => {
  it('takes what an older tool left, by its name', async () => {
    const { remove, models } = await storeWithNames();
    writeTree(models, { 'old/a.gguf': GGUF, 'old/b.gguf': GGUF });
    expect(await remove('old/a.gguf')).toEqual({ bytes: GGUF.length });
    expect(readdirSync(join(models, 'old'))).toEqual(['b.gguf']);
  });

  it('takes what is broken, by the name in the list', async () => {
    const { remove, models, cache } = await storeWithNames();
    const name = `registry.example/team/torn/@${'a'.repeat(40)}`;
    writeTree(join(models, name), { '.metadata': '{', 'model.gguf': GGUF });
    expect((await remove(name)).bytes).toBeGreaterThan(GGUF.length);
    expect(existsSync(join(models, 'registry.example/team/torn'))).toBe(false);
    expect((await collect(cache.items({}))).map(({ kind }) => kind)).toEqual(['repository']);
  });

  it('refuses a model outside, by path and by name in a read-only tier', async () => {
    const shared = temporaryStore();
    const elsewhere = sampleId({ repository: 'team/shared' });
    await addSnapshot(shared, { id: elsewhere, files: [file] });
    await shared.metadata.moveVersion(elsewhere, sampleRecord('v1', elsewhere.revision), {});
    const { remove, root } = await storeWithNames({ extraDirectories: [shared.models] });
    writeTree(root, { 'mine.gguf': GGUF });
    for (const value of [join(root, 'mine.gguf'), 'registry.example/team/shared:v1']) await expect(remove(value)).rejects.toMatchObject({ code: 'E_USAGE' });
    expect(existsSync(join(root, 'mine.gguf'))).toBe(true);
    expect(await shared.cache.snapshot(elsewhere, {})).toBeDefined();
  });
});

describe('removeItem', () => {
  it('takes a link away and not what it leads to', async () => {
    const { cache, models } = await storeWithNames();
    const outside = temporaryDirectory();
    writeTree(outside, { 'model.gguf': GGUF });
    symlinkSync(outside, join(models, 'linked'));
    expect(await cache.removeItem(join(models, 'linked'), {})).toBe(0);
    expect(existsSync(join(models, 'linked'))).toBe(false);
    expect(readFileSync(join(outside, 'model.gguf'))).toEqual(GGUF);
  });

  it.each(['linked/model.gguf', '../mine.gguf', 'nothing', 'nothing/below'])('refuses %s', async (path) => {
    const { cache, models, root } = await storeWithNames();
    const outside = temporaryDirectory();
    writeTree(outside, { 'model.gguf': GGUF });
    writeTree(root, { 'mine.gguf': GGUF });
    symlinkSync(outside, join(models, 'linked'));
    await expect(cache.removeItem(join(models, path), {})).rejects.toMatchObject({ code: 'E_STORE' });
    expect([existsSync(join(outside, 'model.gguf')), existsSync(join(root, 'mine.gguf'))]).toEqual([true, true]);
  });

  it('refuses a directory beside the store whose name begins the same', async () => {
    const { cache, models } = await storeWithNames();
    mkdirSync(`${models}-other/x`, { recursive: true });
    await expect(cache.removeItem(`${models}-other/x`, {})).rejects.toMatchObject({ code: 'E_STORE' });
    expect(existsSync(`${models}-other/x`)).toBe(true);
  });
});
