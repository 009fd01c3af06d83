import { chmodSync, chownSync, constants, copyFileSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addSnapshot, sampleFile, sampleId, sampleMetadata } from '@ilab/testkit';
import { describe, expect, it } from 'vitest';
import { createDonors } from '../src/index.ts';
import { temporaryDirectory, temporaryStore } from './temporary-store.ts';

const id = sampleId();
const file = sampleFile('model.gguf', 'weights '.repeat(1000));

interface Given {
  readonly mode: number;
  readonly mayLink?: boolean;
  readonly owner?: number;
}

/** Adopts a file with that mode. @returns what its and the donor's file are then */
async function adopted({ mode, mayLink = true, owner }: Given) {
  const store = temporaryStore();
  const path = join(store.root, 'blob');
  writeFileSync(path, file.content);
  chmodSync(path, mode);
  if (owner !== undefined) chownSync(path, owner, owner);
  await store.metadata.describe(sampleMetadata(id, [file]), {});
  const writer = await store.cache.write(id, {});
  const outcome = await writer.adopt(file, { path, tool: 'test', mayLink }, {});
  await writer.close();
  return { outcome, ours: statSync(join(writer.path, file.path)), theirs: statSync(path) };
}

function reflinks(): boolean {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, 'a'), 'x'.repeat(10_000));
  try {
    copyFileSync(join(directory, 'a'), join(directory, 'b'), constants.COPYFILE_FICLONE_FORCE);
    return true;
  } catch {
    return false;
  }
}

describe('where bytes can’t be shared by reflink, a donated file', () => {
  it('is one file with ours when it is sealed already, its tool never writes into one, and it is the user’s', async ({ skip }) => {
    if (reflinks()) return skip('this file system shares bytes by reflink');
    const { outcome, ours, theirs } = await adopted({ mode: 0o444 });
    expect({ outcome, ino: ours.ino, mode: theirs.mode & 0o7777 }).toEqual({ outcome: 'adopted', ino: theirs.ino, mode: 0o444 });
  });

  it.each<[string, Given]>([
    ['somebody may write it', { mode: 0o644 }],
    ['a group may not read it', { mode: 0o400 }],
    ['its tool writes in place', { mode: 0o444, mayLink: false }],
    ['it has a bit that means something', { mode: 0o4444 }],
  ])('is copied when %s', async (_why, given) => {
    const { outcome, ours, theirs } = await adopted(given);
    expect(outcome).toBe('adopted');
    expect(ours.ino).not.toBe(theirs.ino);
    expect([ours.mode & 0o7777, theirs.mode & 0o7777]).toEqual([0o444, given.mode]);
  });

  it('is copied when it is somebody else’s', async ({ skip }) => {
    if (process.geteuid?.() !== 0) return skip('only root can give files away');
    const { outcome, ours, theirs } = await adopted({ mode: 0o444, owner: 65_534 });
    expect({ outcome, nlink: theirs.nlink, owner: ours.uid }).toEqual({ outcome: 'adopted', nlink: 1, owner: 0 });
  });
});

describe('where tools keep their files', () => {
  const blobs = (directory: string) => join(directory, 'models--org--name', 'blobs');
  it.each([
    ['HF_HUB_CACHE', 'hub-cache', blobs('hub-cache'), file.sha256],
    ['HUGGINGFACE_HUB_CACHE', 'old-hub-cache', blobs('old-hub-cache'), file.sha256],
    ['HF_HOME', 'hf', blobs(join('hf', 'hub')), file.sha256],
    ['XDG_CACHE_HOME', 'cache', blobs(join('cache', 'huggingface', 'hub')), file.sha256],
    ['OLLAMA_MODELS', 'ollama', join('ollama', 'blobs'), `sha256-${file.sha256}`],
    ['MODELS_PATH', 'docker', join('docker', 'blobs', 'sha256'), file.sha256],
  ])('is said by %s', async (variable, directory, below, name) => {
    const home = temporaryDirectory();
    mkdirSync(join(home, below), { recursive: true });
    writeFileSync(join(home, below, name), file.content);
    const find = async (env: Record<string, string>) => {
      const found = await Promise.all(createDonors({ env, home }).map((donor) => donor.find(file, {})));
      return found.flatMap((donation) => donation?.path ?? []);
    };
    expect(await find({ [variable]: join(home, directory) })).toEqual([join(home, below, name)]);
    expect(await find({})).toEqual([]);
    expect(await find({ [variable]: `~/${directory}`, HOME: home })).toEqual(variable === 'MODELS_PATH' ? [] : [join(home, below, name)]);
  });

  it('is said by LM Studio’s pointer and settings, and by nothing relative', async () => {
    const home = temporaryDirectory();
    const folder = join(home, 'elsewhere');
    mkdirSync(join(folder, 'publisher', 'model'), { recursive: true });
    mkdirSync(join(home, 'studio'));
    writeFileSync(join(folder, 'publisher', 'model', 'a.gguf'), file.content);
    const found = async () => (await Promise.all(createDonors({ env: {}, home }).map((donor) => donor.find(file, {})))).some(Boolean);
    expect(await found()).toBe(false);
    writeFileSync(join(home, '.lmstudio-home-pointer'), `${join(home, 'studio')}\n`);
    writeFileSync(join(home, 'studio', 'settings.json'), JSON.stringify({ downloadsFolder: folder }));
    expect(await found()).toBe(true);
    writeFileSync(join(home, 'studio', 'settings.json'), JSON.stringify({ downloadsFolder: 'elsewhere' }));
    expect(await found()).toBe(false);
  });
});

it('bytes that came from another tool are found again as the store’s own', async () => {
  const store = temporaryStore();
  await addSnapshot(store, { id, files: [file], here: [] });
  const path = join(store.root, 'blob');
  writeFileSync(path, file.content);
  const writer = await store.cache.write(id, {});
  await writer.adopt(file, { path, tool: 'test', mayLink: false }, {});
  await writer.close();
  expect(await store.cache.snapshot(id, {})).toMatchObject({ files: [{ path: file.path, sha256: file.sha256 }], missing: [] });
});
