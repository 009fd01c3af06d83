import { chmodSync, existsSync, linkSync, lstatSync, mkdirSync, readFileSync, readlinkSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nullProgress } from '@ilab/core';
import { addSnapshot, collect, sampleFile, sampleId, sampleRecord, sampleRevision } from '@ilab/testkit';
import { describe, expect, it } from 'vitest';
import { directoryElsewhere, noOtherDevice } from './other-device.ts';
import { temporaryDirectory, temporaryStore } from './temporary-store.ts';
import { treeOf } from './tree-of.ts';

const id = sampleId();
const other = { ...id, revision: sampleRevision(2) };
const weights = sampleFile('model.gguf', 'w'.repeat(1_500_000));

/** A store with two snapshots that share a file, names, older models, and links of all kinds. */
async function fullStore() {
  const store = temporaryStore();
  const { models, root } = store;
  await addSnapshot(store, { id, files: [weights, sampleFile('sub/config.json')] });
  await addSnapshot(store, { id: other, files: [sampleFile('other.json')] });
  const [one, two] = [await store.cache.snapshot(id, {}), await store.cache.snapshot(other, {})];
  linkSync(join(one?.path ?? '', 'model.gguf'), join(two?.path ?? '', 'shared.gguf'));
  await store.metadata.moveVersion(id, sampleRecord('v1', id.revision), {});
  mkdirSync(join(models, 'org/old'), { recursive: true });
  writeFileSync(join(models, 'org/old/config.json'), '{}');
  utimesSync(join(models, 'org/old/config.json'), 1e9, 1e9);
  chmodSync(join(models, 'org/old/config.json'), 0o640);
  chmodSync(join(models, 'org/old'), 0o2750);
  writeFileSync(join(root, 'beside'), 'beside');
  symlinkSync('../../beside', join(models, 'org/out'));
  symlinkSync(join(models, 'org/old'), join(models, 'org/absolute'));
  symlinkSync('nowhere', join(models, 'org/dangling'));
  return store;
}

type FullStore = Awaited<ReturnType<typeof fullStore>>;

async function move({ relocation }: FullStore, to: string) {
  const plan = await relocation.plan(to, {});
  const { damaged } = await relocation.bring(plan, { progress: nullProgress });
  return { plan, damaged, ...(await relocation.leave(plan, {})) };
}

describe.each([
  ['rename', () => temporaryDirectory(), undefined],
  ['copy', directoryElsewhere, noOtherDevice],
] as const)('moving a store by %s', (way, place, lacking) => {
  const title = (text: string) => (lacking === undefined ? text : `${text} [${lacking}]`);

  it.skipIf(lacking)(title('keeps bytes, modes, times, shared files and where links lead'), async () => {
    const store = await fullStore();
    const to = join(place(), 'new/models');
    chmodSync(store.models, 0o2770);
    const before = treeOf(store.models);
    const { plan, left, damaged } = await move(store, to);
    expect({ way: plan.way, left, damaged }).toEqual({ way, left: [], damaged: [] });
    expect(existsSync(store.models)).toBe(false);
    expect(statSync(to).mode & 0o7777).toBe(0o2770);
    const links = ['org/absolute', 'org/out'];
    const after = treeOf(to);
    for (const path of before.keys()) if (!links.includes(path)) expect(after.get(path), path).toEqual(before.get(path));
    expect([...after.keys()]).toEqual([...before.keys()]);
    expect(statSync(join(to, 'org/old/config.json')).mtimeMs).toBe(1e12);
    expect(readlinkSync(join(to, 'org/absolute'))).toBe(join(to, 'org/old'));
    expect(readFileSync(join(to, 'org/out'), 'utf8')).toBe('beside');
    const moved = temporaryStore({ directory: to });
    expect((await moved.cache.snapshot(id, {}))?.missing).toEqual([]);
    expect(await moved.metadata.version(id, 'v1', {})).toEqual(sampleRecord('v1', id.revision));
    expect((await collect(moved.cache.items({}))).filter(({ kind }) => kind === 'broken')).toEqual([]);
  });

  it.skipIf(lacking)(title('takes an empty directory, and none that holds anything'), async () => {
    const store = await fullStore();
    const to = place();
    writeFileSync(join(to, 'mine'), 'mine');
    await expect(store.relocation.plan(to, {})).rejects.toMatchObject({ code: 'E_USAGE', message: expect.stringContaining('not empty') });
    const empty = join(to, 'empty');
    mkdirSync(empty);
    expect((await move(store, empty)).left).toEqual([]);
    expect(readFileSync(join(to, 'mine'), 'utf8')).toBe('mine');
  });

  it.skipIf(lacking)(title('refuses while somebody downloads, and moves nothing'), async () => {
    const store = await fullStore();
    const before = treeOf(store.models);
    const to = join(place(), 'models');
    const writer = await store.cache.write(id, {});
    await expect(move(store, to)).rejects.toMatchObject({ code: 'E_IN_USE' });
    await writer.close();
    expect([...treeOf(store.models).keys()]).toEqual([...before.keys()]);
    await move(store, to);
  });
});

describe('a move by copy', () => {
  const title = (text: string) => (noOtherDevice === undefined ? text : `${text} [${noOtherDevice}]`);

  it.skipIf(noOtherDevice)(title('removes nothing that came or changed after it was copied'), async () => {
    const store = await fullStore();
    const plan = await store.relocation.plan(join(directoryElsewhere(), 'models'), {});
    await store.relocation.bring(plan, { progress: nullProgress });
    writeFileSync(join(store.models, 'org/old/late.json'), 'late');
    writeFileSync(join(store.models, 'org/old/config.json'), '{"changed": true}');
    const { left } = await store.relocation.leave(plan, {});
    expect(left).toEqual(['org', 'org/old', 'org/old/config.json', 'org/old/late.json']);
    expect(readFileSync(join(store.models, 'org/old/late.json'), 'utf8')).toBe('late');
  });

  it.skipIf(noOtherDevice)(title('says which files were damaged before, and brings them as they are'), async () => {
    const store = await fullStore();
    const path = join('registry.example/team/granite', `@${id.revision.replace(':', '-')}`, 'model.gguf');
    chmodSync(join(store.models, path), 0o644);
    writeFileSync(join(store.models, path), 'W'.repeat(weights.size));
    const { damaged } = await move(store, join(directoryElsewhere(), 'models'));
    expect(damaged).toEqual([path]);
  });

  it.skipIf(noOtherDevice)(title('does not take a half of an earlier try for the whole'), async () => {
    const store = await fullStore();
    const to = join(directoryElsewhere(), 'models');
    const stop = AbortSignal.abort();
    const plan = await store.relocation.plan(to, {});
    await expect(store.relocation.bring(plan, { progress: nullProgress, signal: stop })).rejects.toMatchObject({ name: 'AbortError' });
    const again = await store.relocation.plan(to, {});
    expect(again).toMatchObject({ resumes: true, way: 'copy', from: store.models });
    expect((await move(store, to)).left).toEqual([]);
  });

  it.skipIf(noOtherDevice)(title('copies nothing again once the store is used at its new place'), async () => {
    const store = await fullStore();
    const to = join(directoryElsewhere(), 'models');
    await store.relocation.bring(await store.relocation.plan(to, {}), { progress: nullProgress });
    const moved = temporaryStore({ directory: to });
    await moved.metadata.moveVersion(id, sampleRecord('v1', other.revision), {});
    const rest = await moved.relocation.plan(to, {});
    expect(rest).toMatchObject({ from: store.models, resumes: true, needed: 0 });
    await moved.relocation.bring(rest, { progress: nullProgress });
    expect(await moved.relocation.leave(rest, {})).toEqual({ left: [] });
    expect((await moved.metadata.version(id, 'v1', {}))?.revision).toBe(other.revision);
    expect(existsSync(store.models)).toBe(false);
    await expect(moved.relocation.plan(to, {})).rejects.toMatchObject({ code: 'E_USAGE' });
  });

  it.skipIf(noOtherDevice)(title('is planned with what the target needs and has'), async () => {
    const store = await fullStore();
    const plan = await store.relocation.plan(join(directoryElsewhere(), 'models'), {});
    expect(plan.needed).toBe(plan.bytes);
    expect(plan.bytes).toBeGreaterThan(weights.size);
    expect(plan.bytes).toBeLessThan(weights.size * 2);
    expect(plan.available).toBeGreaterThan(0);
  });
});

describe('where a store can’t go', () => {
  it.each(['', 'below', '..'])('its own directory and what is around or inside: “%s”', async (tail) => {
    const store = await fullStore();
    await expect(store.relocation.plan(join(store.models, tail), {})).rejects.toMatchObject({ code: 'E_USAGE' });
  });

  it('nowhere, when there is none', async () => {
    const store = temporaryStore();
    await expect(store.relocation.plan(join(store.root, 'new'), {})).rejects.toMatchObject({ code: 'E_NOT_FOUND' });
  });

  it('the target of another store’s unfinished move', async () => {
    const store = await fullStore();
    const to = join(store.root, 'new');
    mkdirSync(join(to, '.store'), { recursive: true });
    writeFileSync(join(to, '.store/move.json'), JSON.stringify({ schema: 1, from: '/elsewhere', way: 'copy' }));
    await expect(store.relocation.plan(to, {})).rejects.toMatchObject({ code: 'E_USAGE', message: expect.stringContaining('/elsewhere') });
  });

  it.each(['{"schema": 1', '{"schema": 2}', '{"schema": 1, "from": "relative", "way": "copy"}'])('where a journal is torn or strange: %s', async (text) => {
    const store = await fullStore();
    const to = join(store.root, 'new');
    mkdirSync(join(to, '.store'), { recursive: true });
    writeFileSync(join(to, '.store/move.json'), text);
    await expect(store.relocation.plan(to, {})).rejects.toMatchObject({ code: 'E_STORE' });
    expect(lstatSync(store.models).isDirectory()).toBe(true);
  });
});
