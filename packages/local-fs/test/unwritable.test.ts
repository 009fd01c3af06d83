import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addSnapshot, collect, endingOf, sampleFile, sampleId, sampleMetadata, sampleRecord } from '@ilab/testkit';
import { describe, expect, it } from 'vitest';
import type { LocalStore } from '../src/index.ts';
import { temporaryStore } from './temporary-store.ts';
import { withMode } from './with-mode.ts';

const id = sampleId();
const metadata = sampleMetadata(id, [sampleFile('config.json')]);

const CALLS: readonly (readonly [string, (store: LocalStore) => Promise<unknown>])[] = [
  ['available', ({ cache }) => cache.available(id, {})],
  ['write', ({ cache }) => cache.write(id, {})],
  ['describe', (store) => store.metadata.describe(metadata, {})],
  ['moveVersion', (store) => store.metadata.moveVersion(id, sampleRecord('v1', id.revision), {})],
];

describe('a directory that can’t be written', () => {
  it.for(CALLS)('%s says which directory it is, and what to do', async ([name, call], { skip }) => {
    // It asks access(2), which looks at the real user, and only the effective one can be changed for a while.
    if (name === 'available' && process.getuid?.() === 0) return skip('root may write everywhere');
    const store = temporaryStore();
    mkdirSync(store.models);
    const failure = withMode(store.models, 0o555, () => call(store));
    await expect(failure).rejects.toMatchObject({
      code: 'E_STORE',
      message: expect.stringContaining(`no permission on ${store.models}.`),
      hint: expect.stringContaining('--store'),
    });
    expect(readdirSync(store.models)).toEqual([]);
  });

  it.each(CALLS)('%s ends where a file is in the way', async (name, call) => {
    const store = temporaryStore();
    writeFileSync(store.models, '');
    const ending = await endingOf(call(store));
    expect(ending, name).toMatchObject({ how: 'threw', error: { code: 'E_STORE', hint: expect.any(String) } });
  });

  it('says so of a removal too, and removes nothing', async () => {
    const store = temporaryStore();
    await addSnapshot(store, { id, files: [sampleFile('config.json')] });
    const failure = withMode(join(store.models, 'registry.example/team/granite'), 0o555, () => store.cache.remove(id, {}));
    await expect(failure).rejects.toMatchObject({ code: 'E_STORE', hint: expect.any(String) });
    expect((await store.cache.snapshot(id, {}))?.missing).toEqual([]);
  });

  it('is an error and no empty store when it can’t be read either', async () => {
    const store = temporaryStore();
    await addSnapshot(store, { id, files: [sampleFile('config.json')] });
    const failure = withMode(store.models, 0o000, () => collect(store.cache.items({})));
    await expect(failure).rejects.toMatchObject({ code: 'E_STORE', message: expect.stringContaining('no permission'), hint: expect.any(String) });
  });

  it('is no trouble to those who only read', async () => {
    const store = temporaryStore();
    await addSnapshot(store, { id, files: [sampleFile('config.json')] });
    const snapshot = await withMode(store.models, 0o555, () => store.cache.snapshot(id, {}));
    expect(snapshot?.files).toHaveLength(1);
  });
});
