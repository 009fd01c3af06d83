import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { endingOf } from '@ilab/testkit';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../test/temporary-store.ts';
import { makeDirectory, renameDurably, syncUpwards, writeFileDurably } from './durable.ts';

describe('makeDirectory', () => {
  it('makes all that is missing, also when many do at once', async () => {
    const path = join(temporaryDirectory(), 'a/b/c/d');
    await Promise.all(Array.from({ length: 20 }, () => makeDirectory(path)));
    expect(existsSync(path)).toBe(true);
  });

  it('ends where a file is in the way', async () => {
    const root = temporaryDirectory();
    writeFileSync(join(root, 'file'), '');
    expect(await endingOf(makeDirectory(join(root, 'file/a/b')))).toMatchObject({ how: 'threw', error: { code: 'ENOTDIR' } });
  });

  it('ends where a link leads to a disk that is not there', async () => {
    const root = temporaryDirectory();
    symlinkSync(join(root, 'unmounted'), join(root, 'quay.io'));
    expect(await endingOf(makeDirectory(join(root, 'quay.io/a/b')))).toMatchObject({ how: 'threw', error: { code: 'ENOENT' } });
  });
});

describe('writeFileDurably', () => {
  it('replaces the text and leaves nothing beside it', async () => {
    const root = temporaryDirectory();
    await writeFileDurably(join(root, 'a'), 'old');
    await writeFileDurably(join(root, 'a'), 'new');
    expect(readFileSync(join(root, 'a'), 'utf8')).toBe('new');
    expect(readdirSync(root)).toEqual(['a']);
  });

  it('leaves nothing beside it when it fails either', async () => {
    const root = temporaryDirectory();
    mkdirSync(join(root, 'a'));
    await expect(writeFileDurably(join(root, 'a'), 'new')).rejects.toMatchObject({ code: 'EISDIR' });
    expect(readdirSync(root)).toEqual(['a']);
  });
});

describe('renameDurably', () => {
  it('moves from one directory to another', async () => {
    const root = temporaryDirectory();
    writeFileSync(join(root, 'a'), 'x');
    mkdirSync(join(root, 'sub'));
    await renameDurably(join(root, 'a'), join(root, 'sub/b'));
    expect(readdirSync(root, { recursive: true }).sort()).toEqual(['sub', 'sub/b']);
  });
});

describe('syncUpwards', () => {
  it('ends where a directory above is missing, and never leaves the root', async () => {
    const root = temporaryDirectory();
    await makeDirectory(join(root, 'a/b'));
    expect(await endingOf(syncUpwards(join(root, 'a/b'), root))).toMatchObject({ how: 'returned' });
    expect(await endingOf(syncUpwards(join(root, 'a/none'), root))).toMatchObject({ how: 'threw', error: { code: 'ENOENT' } });
    expect(await endingOf(syncUpwards('/nowhere', root))).toMatchObject({ how: 'returned' });
  });
});
