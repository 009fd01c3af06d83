import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Outbox, OutgoingFile, UploadFile } from '@ilab/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createOutbox } from './outbox.ts';

let home: string;
let outbox: Outbox;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'ilab-outbox-'));
  outbox = createOutbox({ home, cwd: home });
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function write(path: string, content: string | Buffer = path): string {
  const place = join(home, path);
  mkdirSync(dirname(place), { recursive: true });
  writeFileSync(place, content);
  return place;
}

async function read(file: UploadFile, range?: { readonly start: number; readonly end: number }): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of file.open(range)) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

describe('a listing', () => {
  it('has all files of a folder by their paths, but what belongs to Git and Hugging Face’s tools', async () => {
    for (const path of ['m/b.txt', 'm/a/x', 'm/.hidden', 'm/.git/HEAD', 'm/sub/.git', 'm/.cache/huggingface/x', 'm/.cache/other', 'm/git/.gitkeep'])
      write(path);
    const { files, refused } = await outbox.list('m', {});
    expect(files.map(({ path }) => path)).toEqual(['.cache/other', '.hidden', 'a/x', 'b.txt', 'git/.gitkeep']);
    expect(refused).toEqual({});
    expect(await outbox.list('~/m', {})).toEqual(await outbox.list(join(home, 'm'), {}));
  });

  it('has a file by the name that it was given by', async () => {
    write('blobs/0a1b');
    symlinkSync('blobs/0a1b', join(home, 'model.gguf'));
    expect((await outbox.list('model.gguf', {})).files).toMatchObject([{ path: 'model.gguf', at: expect.stringMatching(/blobs\/0a1b$/) }]);
  });

  it('follows links inside the folder only, and refuses what is no file', async () => {
    write('outside/secret');
    write('m/real');
    for (const [name, target] of [
      ['in', 'real'],
      ['out', '../outside/secret'],
      ['folder', '.'],
      ['out-folder', '../outside'],
      ['nowhere', 'none'],
    ] as const) {
      symlinkSync(target, join(home, 'm', name));
    }
    execFileSync('mkfifo', [join(home, 'm', 'pipe')]);
    const { files, refused } = await outbox.list('m', {});
    expect(files.map(({ path }) => path)).toEqual(['in', 'real']);
    expect(refused).toEqual({
      out: expect.stringContaining('out of the folder'),
      'out-folder': expect.stringContaining('out of the folder'),
      folder: expect.stringMatching(/link/),
      nowhere: expect.stringContaining('nothing'),
      pipe: expect.stringContaining('no regular file'),
    });
  });

  it('of what is not there is an error', async () => {
    await expect(outbox.list('none', {})).rejects.toMatchObject({ code: 'E_NOT_FOUND' });
  });
});

describe('a file made ready', () => {
  const SIZE = 700_000;
  const content = Buffer.alloc(SIZE, 'abcdefg');
  const sha256 = createHash('sha256').update(content).digest('hex');
  const file = (): OutgoingFile => ({ path: 'f', size: SIZE, at: write('f', content) });

  it('is hashed, and read in any range as often as wanted', async () => {
    const ready = await outbox.prepare(file(), {});
    expect(ready.sha256).toBe(sha256);
    expect(await read(ready)).toBe(content.toString());
    expect(await read(ready, { start: 262_143, end: 524_290 })).toBe(content.subarray(262_143, 524_290).toString());
    expect(await read(ready, { start: 0, end: 0 })).toBe('');
  });

  it('with a recorded hash is read only when it is wanted, and is what was recorded then', async () => {
    const ready = await outbox.prepare({ ...file(), sha256 }, {});
    expect(ready.sha256).toBe(sha256);
    expect(await read(ready, { start: 0, end: 3 })).toBe('abc');
    const damaged = await outbox.prepare({ ...file(), sha256: sha256.replace(/^./, (digit) => (digit === '0' ? '1' : '0')) }, {});
    await expect(read(damaged, { start: 0, end: 3 })).rejects.toMatchObject({ code: 'E_INTEGRITY', side: 'source' });
  });

  it('with others is hashed beside them, and each is told of', async () => {
    const files = [file(), { path: 'g', size: 3, at: write('g', 'abc') }, { path: 'h', size: 3, at: write('h', 'abc'), sha256 }];
    const told: string[] = [];
    const begin = ({ path }: OutgoingFile) => ({ at() {}, end: (outcome: string) => void told.push(`${path} ${outcome}`) });
    const ready = await outbox.prepareAll(files, { begin });
    expect(ready.map((one) => [one.path, one.sha256])).toEqual([
      ['f', sha256],
      ['g', createHash('sha256').update('abc').digest('hex')],
      ['h', sha256],
    ]);
    expect(told.sort()).toEqual(['f checked', 'g checked']);
  });

  it('lends its pieces to whoever takes them one by one', async () => {
    const large = Buffer.from(Array.from({ length: 6_000_000 }, (_, index) => index % 251));
    const ready = await outbox.prepare({ path: 'l', size: large.length, at: write('l', large) }, {});
    const memory = new Set<ArrayBufferLike>();
    const hash = createHash('sha256');
    for await (const piece of ready.open(undefined, { lent: true })) {
      memory.add(piece.buffer);
      hash.update(piece);
    }
    expect(hash.digest('hex')).toBe(ready.sha256);
    expect(memory.size).toBe(4);
    expect(Buffer.concat(await Array.fromAsync(ready.open())).equals(large)).toBe(true);
  });

  it.each([
    ['grew', (at: string) => appendFileSync(at, 'x')],
    ['was replaced', (at: string) => renameSync(write('other', content), at)],
    [
      'became a link',
      (at: string) => {
        rmSync(at);
        symlinkSync('/etc/passwd', at);
      },
    ],
    ['is gone', (at: string) => rmSync(at)],
  ])('that %s is not sent', async (_what, change) => {
    const one = file();
    const ready = await outbox.prepare(one, {});
    change(one.at);
    await expect(read(ready)).rejects.toMatchObject({ code: 'E_STORE' });
  });
});
