import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type FileFinding, isAbort, nullProgress, type StoredSnapshot, type Verifier, type VerifyRequest } from '@ilab/core';
import { describe, expect, it } from 'vitest';
import { collect } from './collect.ts';
import { endingOf } from './ending.ts';
import { addSnapshot, sampleFile, sampleId, sampleRevision, type StoreUnderTest } from './sample.ts';

/** A store whose bytes can be verified. */
export interface VerifiableStore extends StoreUnderTest {
  readonly verifier: Verifier;
}

const id = sampleId();
const config = sampleFile('config.json');
const weights = sampleFile('sub/model.gguf');

/** What every verifier promises, see the port `Verifier`; `make` gives an empty store. */
export function verifierContract(make: () => Promise<VerifiableStore>): void {
  describe('the verifier contract', () => {
    verifyingContract(make);
    settingAsideContract(make);
  });
}

function verifyingContract(make: () => Promise<VerifiableStore>): void {
  it('says of what was placed that it is right', async () => {
    const store = await filled(make);
    expect(await findings(store)).toEqual([
      { path: config.path, state: 'ok', size: config.size, writable: false },
      { path: weights.path, state: 'ok', size: weights.size, writable: false },
    ]);
  });

  it('finds other bytes, says which they should be and are, and stays blind to them when it is quick', async () => {
    const store = await filled(make);
    await overwrite(store, weights.path, weights.content.toUpperCase());
    expect(await findings(store)).toContainEqual({
      path: weights.path,
      state: 'bad',
      size: weights.size,
      sha256: weights.sha256,
      expected: weights.digest,
      actual: sampleFile('x', weights.content.toUpperCase()).digest,
    });
    expect(await findings(store, { depth: 'quick' })).toContainEqual(expect.objectContaining({ path: weights.path, state: 'ok' }));
  });

  it.each(['content', 'quick'] as const)('finds a file of another size and one that is gone, at the depth “%s”', async (depth) => {
    const store = await filled(make);
    await overwrite(store, weights.path, 'short');
    await rm(await placeOf(store, config.path));
    expect(await findings(store, { depth })).toEqual([
      { path: config.path, state: 'missing', size: config.size, sha256: config.sha256, arrived: true },
      expect.objectContaining({ path: weights.path, state: 'bad', expected: `${weights.size} bytes`, actual: '5 bytes' }),
    ]);
  });

  it('tells what never came from what was here', async () => {
    const store = await make();
    await addSnapshot(store, { id, files: [config, weights], here: [config] });
    expect(await findings(store)).toContainEqual(expect.objectContaining({ path: weights.path, state: 'missing', arrived: false }));
  });

  it('finds what is no part of the revision', async () => {
    const store = await filled(make);
    await writeFile(await placeOf(store, 'sub/notes.txt'), 'mine');
    expect(await findings(store)).toContainEqual({ path: join('sub', 'notes.txt'), state: 'extra' });
  });

  it('looks only at the files it is told to', async () => {
    const store = await filled(make);
    expect((await findings(store, { only: new Set([config.path]) })).map(({ path }) => path)).toEqual([config.path]);
  });

  it('goes on where something else stands in a file’s place', async () => {
    const store = await filled(make);
    const place = await placeOf(store, weights.path);
    await rm(place);
    await mkdir(place);
    expect((await findings(store)).map(({ state }) => state)).toEqual(['ok', 'bad']);
  });

  it('verifies several snapshots at once, and says which it speaks of', async () => {
    const store = await filled(make);
    const other = { ...id, revision: sampleRevision(2) };
    await addSnapshot(store, { id: other, files: [config] });
    const targets = [await snapshotOf(store), await snapshotOf(store, other)].map((snapshot) => ({ snapshot }));
    const found = await collect(store.verifier.verify({ targets, depth: 'content', progress: nullProgress }, {}));
    expect(targets.map(({ snapshot }) => found.filter((one) => one.snapshot === snapshot).length)).toEqual([2, 1]);
  });

  it('stops when its signal is aborted', async () => {
    const store = await filled(make);
    const request: VerifyRequest = { targets: [{ snapshot: await snapshotOf(store) }], depth: 'content', progress: nullProgress };
    const ending = await endingOf(collect(store.verifier.verify(request, { signal: AbortSignal.abort() })));
    expect(ending).toMatchObject({ how: 'threw', error: expect.toSatisfy(isAbort) });
  });
}

function settingAsideContract(make: () => Promise<VerifiableStore>): void {
  it('takes a file out of its name and keeps its bytes until they are discarded', async () => {
    const store = await filled(make);
    const aside = await store.verifier.setAside(await snapshotOf(store), weights.path, {});
    expect((await snapshotOf(store)).missing).toEqual([weights.path]);
    expect(await readFile(aside?.path ?? '', 'utf8')).toBe(weights.content);
    await aside?.discard();
    await expect(readFile(aside?.path ?? '')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('sets nothing aside that is not there', async () => {
    const store = await make();
    await addSnapshot(store, { id, files: [config, weights], here: [config] });
    expect(await store.verifier.setAside(await snapshotOf(store), weights.path, {})).toBeUndefined();
  });

  it.each(['../x', '/x', 'a/../../x', ''])('sets nothing aside at “%s”', async (path) => {
    const store = await filled(make);
    await expect(store.verifier.setAside(await snapshotOf(store), path, {})).rejects.toMatchObject({ code: 'E_STORE' });
  });
}

async function filled(make: () => Promise<VerifiableStore>): Promise<VerifiableStore> {
  const store = await make();
  await addSnapshot(store, { id, files: [config, weights] });
  return store;
}

async function snapshotOf({ cache }: StoreUnderTest, which: typeof id = id): Promise<StoredSnapshot> {
  const snapshot = await cache.snapshot(which, {});
  if (!snapshot) throw new Error('the snapshot is not there');
  return snapshot;
}

async function placeOf(store: StoreUnderTest, path: string): Promise<string> {
  return join((await snapshotOf(store)).path, path);
}

/** What a failing disk or a careless program does. */
async function overwrite(store: StoreUnderTest, path: string, content: string): Promise<void> {
  const place = await placeOf(store, path);
  await chmod(place, 0o644);
  await writeFile(place, content);
  await chmod(place, 0o444);
}

/** Findings about the one snapshot, by path, without it. */
async function findings(
  store: VerifiableStore,
  { depth = 'content', only }: { readonly depth?: VerifyRequest['depth']; readonly only?: ReadonlySet<string> } = {},
): Promise<readonly DistributiveOmit<FileFinding, 'snapshot'>[]> {
  const snapshot = await snapshotOf(store);
  const found = await collect(store.verifier.verify({ targets: [{ snapshot, ...(only && { only }) }], depth, progress: nullProgress }, {}));
  return found.map(({ snapshot: _snapshot, ...finding }) => finding).sort((a, b) => (a.path < b.path ? -1 : 1));
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
