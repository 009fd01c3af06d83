import { chmodSync, existsSync, mkdirSync, readdirSync, statfsSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '@ilab/core';
import { addSnapshot, sampleFile, sampleId, sampleRecord } from '@ilab/testkit';
import { describe, expect, it } from 'vitest';
import { checkPath } from '../src/diagnosis/check-path.ts';
import { diagnoseStore } from '../src/diagnosis/diagnose-store.ts';
import { tryFeatures } from '../src/diagnosis/try-features.ts';
import { newOwner } from '../src/process-identity.ts';
import { temporaryDirectory, temporaryStore } from './temporary-store.ts';

const id = sampleId();

async function findings(directory: string, extraDirectories: readonly string[] = []): Promise<readonly Finding[]> {
  const checks = diagnoseStore({ directory, extraDirectories, paths: [] });
  return (await Promise.all(checks.map((check) => check.run({})))).flat();
}

async function found(check: string, ...where: Parameters<typeof findings>): Promise<Finding | undefined> {
  return (await findings(...where)).find((finding) => finding.check === check);
}

/** A snapshot whose description is torn. */
function addBroken(models: string, entry: string): void {
  const path = join(models, 'registry.example/broken', entry);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, '.metadata'), '{');
}

describe('diagnoseStore', () => {
  it('finds nothing wrong with a sound store, and leaves it as it was', async () => {
    const store = temporaryStore();
    await addSnapshot(store, { id, files: [sampleFile('model.gguf')] });
    const before = readdirSync(store.models, { recursive: true });
    const all = await findings(store.models);
    expect(all.filter(({ state, check }) => state !== 'ok' && check !== 'space')).toEqual([]);
    expect(all.map(({ check }) => check)).toEqual(
      expect.arrayContaining(['models directory', 'sharing', 'links', 'names', 'sync', 'users', 'locks', 'space', 'models']),
    );
    expect(readdirSync(store.models, { recursive: true })).toEqual(before);
  });

  it('makes nothing where there is no store yet', async () => {
    const store = temporaryStore();
    expect((await findings(store.models)).filter(({ state, check }) => state !== 'ok' && check !== 'space')).toEqual([]);
    expect(existsSync(store.models)).toBe(false);
  });

  it('says with every warning and problem what to do', async () => {
    const store = temporaryStore({ extraDirectories: ['/nowhere/at/all'] });
    addBroken(store.models, '@sha256-0a');
    const wrong = (await findings(store.models, ['/nowhere/at/all'])).filter(({ state }) => state !== 'ok');
    expect(wrong.length).toBeGreaterThan(1);
    for (const finding of wrong) expect(finding).toMatchObject({ advice: expect.stringMatching(/\w/) });
    for (const finding of wrong.filter(({ state }) => state === 'problem')) expect(finding).toMatchObject({ code: expect.stringMatching(/^E_/) });
  });

  it('counts what is broken, and names some of it', async () => {
    const store = temporaryStore();
    await addSnapshot(store, { id, files: [sampleFile('a')] });
    for (const name of ['1', '2', '3', '4', '5']) addBroken(store.models, `@sha256-0${name}`);
    await store.metadata.moveVersion(id, sampleRecord('v1', id.revision), {});
    expect(await found('models', store.models)).toMatchObject({
      state: 'problem',
      code: 'E_STORE',
      message: expect.stringMatching(/^5 broken .*and 2 more\.$/),
    });
  });

  it('counts the bytes that the dead left, and not those that somebody writes', async () => {
    const store = temporaryStore();
    const ingest = join(store.models, '.store/ingest');
    mkdirSync(ingest, { recursive: true });
    writeFileSync(join(ingest, `sha256-0.${newOwner()}`), 'x'.repeat(3_000_000));
    expect(await found('interrupted downloads', store.models)).toMatchObject({ state: 'ok' });
    writeFileSync(join(ingest, `sha256-1.${newOwner().replace(/-\d+-\d+-/, '-4194301-1-')}`), 'x'.repeat(2_000_000));
    expect(await found('interrupted downloads', store.models)).toMatchObject({ state: 'warning', message: expect.stringMatching(/^2\.0 MB/) });
  });

  it('tells a tier that is offline from one that is there', async () => {
    const tier = temporaryDirectory();
    const both = await findings(temporaryStore().models, [tier, '/nowhere/at/all']);
    expect(both.filter(({ check }) => check === 'read-only store').map(({ state }) => state)).toEqual(['ok', 'warning']);
  });

  it('sees a move that was not finished', async () => {
    const store = temporaryStore();
    mkdirSync(join(store.models, '.store'), { recursive: true });
    writeFileSync(join(store.models, '.store/move.json'), JSON.stringify({ schema: 1, from: '/old/place', way: 'copy', copied: [] }));
    expect(await found('move', store.models)).toMatchObject({ state: 'warning', advice: `Finish it: ilab store move ${store.models}` });
  });

  it('wants a group where several users keep a store', async () => {
    const store = temporaryStore();
    mkdirSync(store.models);
    chmodSync(store.models, 0o2775);
    expect(await found('users', store.models)).toMatchObject({ state: 'ok', message: expect.stringContaining('shared by a group') });
    chmodSync(store.models, 0o755);
    expect(await found('users', store.models)).toMatchObject({ state: 'ok', message: expect.stringContaining('one user') });
  });
});

describe('checkPath', () => {
  const check = async (path: string) => (await checkPath({ name: 'it', path }).run({}))[0];

  it('names the file that is where a directory has to be', async () => {
    const root = temporaryDirectory();
    writeFileSync(join(root, 'file'), '');
    expect(await check(join(root, 'file/a/b'))).toMatchObject({
      state: 'problem',
      code: 'E_STORE',
      message: expect.stringContaining(`${join(root, 'file')} is a file`),
    });
  });

  it('knows a link to a disk that is not there', async () => {
    const root = temporaryDirectory();
    symlinkSync(join(root, 'unmounted'), join(root, 'models'));
    expect(await check(join(root, 'models'))).toMatchObject({ state: 'problem', message: expect.stringContaining('link') });
  });

  it('names the part of the path that may not be passed', async () => {
    const root = temporaryDirectory();
    mkdirSync(join(root, 'a/b/c'), { recursive: true });
    chmodSync(join(root, 'a/b'), 0o000);
    const finding = await check(join(root, 'a/b/c'));
    chmodSync(join(root, 'a/b'), 0o755);
    // access(2) looks at the real user, and root may go everywhere.
    if (process.getuid?.() === 0) expect(finding).toMatchObject({ state: 'ok' });
    else expect(finding).toMatchObject({ state: 'problem', message: expect.stringContaining(`no permission on ${join(root, 'a/b')}.`) });
  });

  it.skipIf(!existsSync('/sys/kernel'))('knows a file system that is read-only', async () => {
    const finding = await check('/sys/kernel/models');
    // Where it is not, it can be made, or not by this user.
    expect(finding?.message).toMatch(/read-only|can be made|no permission/);
  });
});

describe('tryFeatures', () => {
  it('tells what this file system can do, and leaves nothing', async () => {
    const place = temporaryDirectory();
    const features = await tryFeatures(place);
    expect(readdirSync(place)).toEqual([]);
    if (process.platform !== 'linux') return;
    expect(features).toMatchObject({ hardLink: true, symlink: true, fsync: true, normalises: false });
    const ext4 = 0xef53;
    if (statfsSync(place).type === ext4) expect(features).toMatchObject({ reflink: false, caseBlind: false });
  });
});
