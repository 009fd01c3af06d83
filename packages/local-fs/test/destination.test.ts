import { existsSync, linkSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DownloadTarget, ExpectedFile, RemoteSnapshot } from '@ilab/core';
import { addSnapshot, placeFile, type SampleFile, sampleFile, sampleId } from '@ilab/testkit';
import { describe, expect, it } from 'vitest';
import { newOwner } from '../src/process-identity.ts';
import { temporaryStore } from './temporary-store.ts';

const config = sampleFile('config.json');
const weights = sampleFile('sub/model.gguf');
const both = [config, weights];

function remote(files: readonly SampleFile[]): RemoteSnapshot {
  return { ...sampleId(), kind: 'tag', archives: [], files: files.map(({ path, size, digest }) => ({ path, blob: { id: digest, size, digest } })) };
}

function setUp() {
  const store = temporaryStore();
  const directory = join(store.root, 'mine');
  return { store, directory, target: store.destination(directory) };
}

async function bring(target: DownloadTarget, files: readonly SampleFile[], { force = false } = {}): Promise<void> {
  const writer = await target.write(remote(files), { files: files as readonly ExpectedFile[], force });
  try {
    for (const file of files) if (force || !((await writer.has(file)) || (await writer.reuse(file, {})))) await placeFile(writer, file);
  } finally {
    await writer.close();
  }
}

describe('a destination', () => {
  it('gets plain files that its user can change, and nothing else', async () => {
    const { target, directory } = setUp();
    await bring(target, both);
    expect(readdirSync(directory, { recursive: true }).sort()).toEqual(['config.json', 'sub', 'sub/model.gguf']);
    expect(readFileSync(join(directory, weights.path), 'utf8')).toBe(weights.content);
    expect(statSync(join(directory, config.path)).mode & 0o200).toBe(0o200);
  });

  it('keeps what is there and right', async () => {
    const { target, directory } = setUp();
    await bring(target, both);
    const before = statSync(join(directory, weights.path)).ino;
    await bring(target, both);
    expect(statSync(join(directory, weights.path)).ino).toBe(before);
  });

  it.each([
    ['other bytes of the same size', weights.content.toUpperCase()],
    ['another size', 'other'],
  ])('refuses %s before anything is brought, and replaces it when forced', async (_what, content) => {
    const { target, directory } = setUp();
    mkdirSync(join(directory, 'sub'), { recursive: true });
    writeFileSync(join(directory, weights.path), content);
    await expect(bring(target, both)).rejects.toMatchObject({ code: 'E_STORE', hint: expect.stringContaining('--force') });
    expect(readdirSync(directory, { recursive: true }).sort()).toEqual(['sub', 'sub/model.gguf']);
    expect(readFileSync(join(directory, weights.path), 'utf8')).toBe(content);
    await bring(target, both, { force: true });
    expect(readFileSync(join(directory, weights.path), 'utf8')).toBe(weights.content);
  });

  it('replaces no file that came while it was under way', async () => {
    const { target, directory } = setUp();
    const writer = await target.write(remote([config]), { files: [config], force: false });
    writeFileSync(join(directory, config.path), 'mine');
    await expect(placeFile(writer, config)).rejects.toMatchObject({ code: 'E_STORE' });
    await writer.close();
    expect(readFileSync(join(directory, config.path), 'utf8')).toBe('mine');
  });

  it.each([false, true])('follows no link inside, forced: %s', async (force) => {
    const { target, directory, store } = setUp();
    const outside = join(store.root, 'outside');
    for (const path of [outside, directory]) mkdirSync(path);
    symlinkSync(outside, join(directory, 'sub'));
    await expect(bring(target, both, { force })).rejects.toMatchObject({ code: 'E_STORE', message: expect.stringContaining('is a link') });
    expect(readdirSync(outside)).toEqual([]);
  });

  it('puts its staging nowhere else, whatever link has its name', async () => {
    const { target, directory, store } = setUp();
    const outside = join(store.root, 'outside');
    for (const path of [outside, directory]) mkdirSync(path);
    symlinkSync(outside, join(directory, '.ilab-download'));
    await expect(bring(target, both)).rejects.toMatchObject({ code: 'E_STORE' });
    expect(readdirSync(outside)).toEqual([]);
  });

  it('replaces a link by the file, and not what it points to', async () => {
    const { target, directory, store } = setUp();
    mkdirSync(directory);
    writeFileSync(join(store.root, 'precious'), 'precious');
    symlinkSync(join(store.root, 'precious'), join(directory, config.path));
    await expect(bring(target, [config])).rejects.toMatchObject({ code: 'E_STORE' });
    await bring(target, [config], { force: true });
    expect(lstatSync(join(directory, config.path)).isFile()).toBe(true);
    expect(readFileSync(join(store.root, 'precious'), 'utf8')).toBe('precious');
  });

  it('takes equal bytes from the store, in a file of its own', async () => {
    const { target, directory, store } = setUp();
    await addSnapshot(store, { id: sampleId(), files: both });
    const writer = await target.write(remote(both), { files: both, force: false });
    expect(await writer.reuse(weights, {})).toBe(true);
    await writer.close();
    const stored = await store.cache.snapshot(sampleId(), {});
    expect(statSync(join(directory, weights.path)).ino).not.toBe(statSync(join(stored?.path ?? '', weights.path)).ino);
    writeFileSync(join(directory, weights.path), 'edited');
    expect(readFileSync(join(stored?.path ?? '', weights.path), 'utf8')).toBe(weights.content);
  });

  it('takes no bytes from the store that are no longer right', async () => {
    const { target, store } = setUp();
    const rotten = { ...weights, content: weights.content.toUpperCase() };
    await addSnapshot(store, { id: sampleId(), files: [rotten] });
    const writer = await target.write(remote([weights]), { files: [weights], force: false });
    expect(await writer.reuse(weights, {})).toBe(false);
    await writer.close();
  });

  it('keeps what arrived of an interrupted download, and clears it away once all is here', async () => {
    const { target, directory } = setUp();
    const writer = await target.write(remote(both), { files: both, force: false });
    const staged = await writer.stage(weights, {});
    writeFileSync(staged.path, 'part');
    await staged.release();
    await writer.close();
    const staging = join(directory, '.ilab-download');
    expect(readdirSync(staging).filter((entry) => entry !== 'locks')).toHaveLength(1);
    const other = newOwner().replace(/-\d+-\d+-/, '-4194301-1-');
    writeFileSync(join(staging, `sha256-${'0'.repeat(64)}.${other}`), 'left by the dead');
    await bring(target, both);
    expect(existsSync(staging)).toBe(false);
  });

  it('leaves what another one still writes', async () => {
    const { target, directory } = setUp();
    mkdirSync(join(directory, '.ilab-download'), { recursive: true });
    const living = newOwner().replace(/^(\w+-\w+)-\d+-\d+/, `$1-${process.ppid}-0`);
    const part = join(directory, '.ilab-download', `sha256-${'0'.repeat(64)}.${living}`);
    writeFileSync(part, 'part');
    await bring(target, both);
    expect(readFileSync(part, 'utf8')).toBe('part');
  });

  it('says what is here by size, for a plan', async () => {
    const { target } = setUp();
    await bring(target, [config]);
    expect((await target.snapshot(remote(both), {}))?.files.map(({ path }) => path)).toEqual([config.path]);
    expect(await target.available(remote(both), {})).toBeGreaterThan(0);
  });

  it.each(['', 'registry.example/team'])('refuses to be inside the store: “%s”', (below) => {
    const { store } = setUp();
    expect(() => store.destination(join(store.models, below))).toThrow(expect.objectContaining({ code: 'E_USAGE' }));
  });

  it.each(['../x', '/x', '.ilab-download/x', '.ILAB-download/x'])('refuses a file at “%s”', async (path) => {
    const { target, store } = setUp();
    await expect(bring(target, [sampleFile(path)])).rejects.toMatchObject({ code: 'E_STORE' });
    expect(existsSync(join(store.root, 'x'))).toBe(false);
  });

  it('takes a hard link of the user’s for what it is: a file that is right', async () => {
    const { target, directory, store } = setUp();
    mkdirSync(directory);
    writeFileSync(join(store.root, 'one'), config.content);
    linkSync(join(store.root, 'one'), join(directory, config.path));
    await bring(target, [config]);
    expect(statSync(join(directory, config.path)).nlink).toBe(2);
  });
});
