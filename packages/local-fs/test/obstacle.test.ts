import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addSnapshot, collect, sampleFile, sampleId } from '@ilab/testkit';
import { describe, expect, it } from 'vitest';
import { diagnoseStore, refuseObstacle } from '../src/index.ts';
import { temporaryDirectory, temporaryStore } from './temporary-store.ts';

const OBSTACLES = [
  ['a file', 'file', /file can’t be the models directory: it is a file\.$/, /^Name a directory/],
  ['a file on the way', 'file/a/b', /: \S+file is a file\.$/, /^Name a directory/],
  ['a link to nowhere', 'link', /: it is a link to what is not there\.$/, /^Mount the disk/],
] as const;

function obstructed() {
  const root = temporaryDirectory();
  writeFileSync(join(root, 'file'), 'mine');
  symlinkSync(join(root, 'unmounted'), join(root, 'link'));
  return root;
}

describe('where no models directory can be', () => {
  it.each(OBSTACLES)('%s is told, not taken for an empty store', async (_what, name, message, hint) => {
    const root = obstructed();
    const store = temporaryStore({ directory: join(root, name) });
    const told = { code: 'E_STORE', message: expect.stringMatching(message), hint: expect.stringMatching(hint) };
    await expect(collect(store.cache.items({}))).rejects.toMatchObject(told);
    await expect(collect(store.cache.listing({}))).rejects.toMatchObject(told);
    await expect(store.relocation.plan(join(root, 'new'), {})).rejects.toMatchObject(told);
    expect(() => refuseObstacle(join(root, name))).toThrow(expect.objectContaining(told));
    expect(readdirSync(root).toSorted()).toEqual(['file', 'link']);
  });

  it.each(OBSTACLES)('%s is one finding of the doctor’s', async (_what, name) => {
    const checks = diagnoseStore({ directory: join(obstructed(), name), extraDirectories: [], paths: [] });
    const findings = (await Promise.all(checks.map((check) => check.run({})))).flat();
    expect(findings).toEqual([expect.objectContaining({ check: 'models directory', state: 'problem', code: 'E_STORE' })]);
  });

  it('none stands in the way of what is not there yet, or of a link to a directory', () => {
    const root = obstructed();
    mkdirSync(join(root, 'unmounted'));
    for (const path of ['new/models', 'link', 'link/models']) expect(() => refuseObstacle(join(root, path))).not.toThrow();
  });

  it('as a read-only store is broken, and hides nothing', async () => {
    const file = join(obstructed(), 'file');
    const store = temporaryStore({ extraDirectories: [file] });
    await addSnapshot(store, { id: sampleId(), files: [sampleFile('config.json')] });
    const items = await collect(store.cache.items({}));
    expect(items).toEqual([
      expect.objectContaining({ kind: 'repository' }),
      { kind: 'broken', name: file, path: file, reason: expect.stringContaining('a file') },
    ]);
    const checks = diagnoseStore({ directory: store.models, extraDirectories: [file], paths: [] });
    const [finding] = (await checks.find(({ name }) => name === 'read-only store')?.run({})) ?? [];
    expect(finding).toMatchObject({ state: 'problem', message: `${file} is no directory: it is a file.` });
  });
});
