import { appendFileSync, chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync, truncateSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { addSnapshot, collect, placeFile, sampleFile, sampleId, sampleMetadata } from '@ilab/testkit';
import { describe, expect, it } from 'vitest';
import { createLocalStore } from '../src/index.ts';
import { temporaryStore } from './temporary-store.ts';
import { writeTree } from './write-tree.ts';

const id = sampleId();
const config = sampleFile('config.json');
const weights = sampleFile('sub/model.gguf');
const directory = (models: string): string => join(models, 'registry.example/team/granite', `@${id.revision.replace(':', '-')}`);

describe('a snapshot on disk', () => {
  it('is real files under their own names, beside what says what they are', async () => {
    const store = temporaryStore();
    await addSnapshot(store, { id, files: [config, weights, sampleFile('.metadata')] });
    expect(readdirSync(directory(store.models), { recursive: true }).sort()).toEqual([
      '%2Emetadata',
      '.metadata',
      '.metadata.sums',
      'config.json',
      'sub',
      'sub/model.gguf',
    ]);
    expect(readFileSync(join(directory(store.models), 'sub/model.gguf'), 'utf8')).toBe(weights.content);
  });

  it('leaves nothing in the ingest directory and no lease once it is whole', async () => {
    const store = temporaryStore();
    await addSnapshot(store, { id, files: [config, weights] });
    expect(readdirSync(join(store.models, '.store/ingest'))).toEqual([]);
    expect(readdirSync(join(store.models, '.store/leases'))).toEqual(['.guard']);
  });

  it('does not hold what is cut short', async () => {
    const store = temporaryStore();
    await addSnapshot(store, { id, files: [config, weights] });
    const path = join(directory(store.models), 'sub/model.gguf');
    chmodSync(path, 0o644);
    truncateSync(path, 3);
    expect(await store.cache.snapshot(id, {})).toMatchObject({ files: [{ path: config.path }], missing: [weights.path] });
  });

  it('tells when its youngest file arrived, also in a folder', async () => {
    const { cache, metadata, models } = temporaryStore();
    await addSnapshot({ cache, metadata }, { id, files: [config, weights], here: [config] });
    mkdirSync(join(directory(models), 'sub'));
    const path = directory(models);
    for (const old of [path, join(path, '.metadata.sums')]) utimesSync(old, new Date(0), new Date(0));
    expect((await cache.snapshot(id, {}))?.modified).toBe('1970-01-01T00:00:00.000Z');
    const writer = await cache.write(id, {});
    await placeFile(writer, weights);
    await writer.close();
    expect(Date.now() - Date.parse((await cache.snapshot(id, {}))?.modified ?? '')).toBeLessThan(60_000);
  });

  it('has the hashes of files whose source gives none', async () => {
    const { cache, metadata, models } = temporaryStore();
    const described = sampleMetadata(id, [config]);
    await metadata.describe({ ...described, files: described.files.map(({ sha256: _none, ...file }) => file) }, {});
    const writer = await cache.write(id, {});
    await placeFile(writer, config);
    await writer.close();
    appendFileSync(join(directory(models), '.metadata.sums'), `${'0'.repeat(64)}  config.j`);
    expect((await cache.snapshot(id, {}))?.files).toMatchObject([{ path: config.path, size: config.size, sha256: config.sha256 }]);
  });

  it('misses its archives until their members are known, and then what of them is not here', async () => {
    const { cache, metadata } = temporaryStore();
    const archive = { blob: { id: 'x', size: 3, digest: sampleFile('layer').digest }, codec: 'tar', prefix: 'models/' } as const;
    await metadata.describe({ ...sampleMetadata(id, []), archives: [archive] }, {});
    expect((await cache.snapshot(id, {}))?.missing).toEqual([archive.blob.digest]);
    const members = [config, weights].map(({ path, size, sha256 }) => ({ path, size, sha256 }));
    await metadata.describeMembers(id, { files: members }, {});
    const writer = await cache.write(id, {});
    await placeFile(writer, config);
    await writer.close();
    expect(await cache.snapshot(id, {})).toMatchObject({ files: [members[0]], missing: [weights.path] });
  });

  it('is not there yet between its directory and its .metadata, so a download that was killed there can begin again', async () => {
    const store = temporaryStore();
    mkdirSync(directory(store.models), { recursive: true });
    expect(await store.cache.snapshot(id, {})).toBeUndefined();
    await addSnapshot(store, { id, files: [config] });
    expect((await store.cache.snapshot(id, {}))?.missing).toEqual([]);
  });

  it('that is broken says so, and what to do', async () => {
    const { cache, models } = temporaryStore();
    writeTree(directory(models), { '.metadata': '{' });
    await expect(cache.snapshot(id, {})).rejects.toMatchObject({ code: 'E_STORE', message: expect.stringContaining('is broken'), hint: expect.any(String) });
    expect(await cache.remove(id, {})).toBeGreaterThan(0);
    expect(await collect(cache.items({}))).toEqual([]);
  });
});

describe('the models directory', () => {
  it('is real also before it is there', () => {
    const { root } = temporaryStore();
    mkdirSync(join(root, 'real'));
    symlinkSync('real', join(root, 'link'));
    const { cache } = createLocalStore({ directory: join(root, 'link/a/models'), checkpointsDirectory: root, extraDirectories: [], home: root, cwd: root });
    expect(cache.directory).toBe(join(root, 'real/a/models'));
  });

  it('is made by writing and not by reading', async () => {
    const { cache, metadata, models, root } = temporaryStore();
    await collect(cache.items({}));
    await cache.available(id, {});
    await metadata.version(id, 'v1', {});
    expect(readdirSync(root)).toEqual([]);
    await metadata.describe(sampleMetadata(id, [config]), {});
    expect(readdirSync(models)).toEqual(['registry.example']);
  });
});
