import { chmodSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { addSnapshot, collect, sampleFile, sampleId, sampleMetadata, sampleRecord } from '@ilab/testkit';
import { describe, expect, it } from 'vitest';
import { walkTree } from '../src/relocation/walk-tree.ts';
import { temporaryDirectory, temporaryStore } from './temporary-store.ts';

const id = sampleId();
const weights = sampleFile('model.gguf');
const config = sampleFile('config.json');

/** An administrator's store with part of a revision, and a user's beside it. */
async function twoTiers() {
  const theirs = temporaryStore();
  await addSnapshot(theirs, { id, files: [weights, config], here: [weights] });
  await theirs.metadata.moveVersion(id, sampleRecord('v1', id.revision), {});
  return { theirs, mine: temporaryStore({ extraDirectories: [theirs.models] }) };
}

describe('a read-only tier', () => {
  it('is offline when it is not there, and hides nothing else', async () => {
    const missing = join(temporaryDirectory(), 'not/mounted');
    const store = temporaryStore({ extraDirectories: [missing] });
    await addSnapshot(store, { id, files: [config] });
    const items = await collect(store.cache.items({}));
    expect(items.map(({ kind }) => kind)).toEqual(['repository', 'offline']);
    expect(items[1]).toEqual({ kind: 'offline', path: missing });
    expect(await store.cache.owner(join(missing, 'registry.example/team'), {})).toBeUndefined();
  });

  it('is back when it is mounted again, empty or not', async () => {
    const late = join(temporaryDirectory(), 'late');
    const store = temporaryStore({ extraDirectories: [late] });
    mkdirSync(late);
    expect(await collect(store.cache.items({}))).toEqual([]);
  });

  it('grows as a snapshot of one’s own, which shares what it can and changes nothing there', async () => {
    const { theirs, mine } = await twoTiers();
    const before = [...walkTree(theirs.models)].map(({ path, stats }) => [path, stats.size, stats.mtimeMs]);
    await mine.metadata.describe(sampleMetadata(id, [weights, config]), {});
    const writer = await mine.cache.write(id, {});
    expect(await writer.reuse(weights, {})).toBe(true);
    await writer.close();
    const own = await mine.cache.snapshot(id, {});
    expect(own?.path.startsWith(mine.models)).toBe(true);
    expect(readFileSync(join(own?.path ?? '', weights.path), 'utf8')).toBe(weights.content);
    expect([...walkTree(theirs.models)].map(({ path, stats }) => [path, stats.size, stats.mtimeMs])).toEqual(before);
    const tiers = (await collect(mine.cache.items({}))).map((item) => item.kind === 'repository' && item.tier);
    expect(tiers).toEqual(['own', 'extra']);
  });

  it('is never removed from', async () => {
    const { theirs, mine } = await twoTiers();
    await expect(mine.cache.remove(id, {})).rejects.toMatchObject({ code: 'E_NOT_FOUND' });
    await expect(mine.cache.removeItem(join(theirs.models, 'registry.example'), {})).rejects.toMatchObject({ code: 'E_STORE' });
    expect((await theirs.cache.snapshot(id, {}))?.files).toHaveLength(1);
  });

  it('that this user may not read is broken, not offline', async () => {
    const { theirs, mine } = await twoTiers();
    if (process.getuid?.() === 0) return expect(statSync(theirs.models).isDirectory()).toBe(true);
    chmodSync(theirs.models, 0o000);
    expect((await collect(mine.cache.items({}))).map(({ kind }) => kind)).toEqual(['broken']);
    return chmodSync(theirs.models, 0o755);
  });
});
