import { readFileSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import type { UnpackedMember, UnpackRequest } from '@ilab/core';
import { type Header, pack } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTransfer } from '../src/index.ts';

const transfer = createTransfer({ userAgent: 'test', env: {} });
let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'ilab-unpack-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

type Entry = Partial<Header> & { readonly name: string; readonly content?: string };

async function tar(entries: readonly Entry[]): Promise<Buffer> {
  const archive = pack();
  for (const { content = '', ...header } of entries) archive.entry(header, content);
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function unpack(bytes: Buffer, more: Partial<UnpackRequest> = {}): Promise<UnpackedMember[]> {
  const archive = join(root, 'archive');
  const directory = join(root, 'out');
  writeFileSync(archive, bytes);
  await mkdir(directory, { recursive: true });
  const members: UnpackedMember[] = [];
  for await (const member of transfer.unpack({ archive, directory, codec: 'tar', prefix: '', ...more }, {})) members.push(member);
  return members;
}

const paths = (members: readonly UnpackedMember[]): readonly string[] => members.map(({ path }) => path);

describe('an archive', () => {
  it.each<readonly [UnpackRequest['codec'], (bytes: Buffer) => Buffer]>([
    ['tar', (bytes) => bytes],
    ['tar+gzip', (bytes) => gzipSync(bytes)],
    ['tar+zstd', (bytes) => zstdCompressSync(bytes)],
  ])('of %s gives its files, hashed', async (codec, compress) => {
    const members = await unpack(
      compress(
        await tar([
          { name: 'a/', type: 'directory' },
          { name: 'a/b.txt', content: 'hello' },
        ]),
      ),
      { codec },
    );
    expect(members).toEqual([
      expect.objectContaining({ kind: 'file', path: 'a/b.txt', size: 5, sha256: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824' }),
    ]);
    const [file] = members;
    expect(file?.kind === 'file' && readFileSync(file.target, 'utf8')).toBe('hello');
  });

  it('gives what is below the prefix, without it', async () => {
    const bytes = await tar([
      { name: 'etc/passwd', content: 'x' },
      { name: './models/a', content: '1' },
      { name: 'models/b/c', content: '2' },
      { name: 'modelsx/d', content: '3' },
    ]);
    expect(paths(await unpack(bytes, { prefix: 'models/' }))).toEqual(['a', 'b/c']);
  });

  it('tells what an upper layer takes away', async () => {
    const bytes = await tar([{ name: 'models/.wh.old' }, { name: 'models/sub/.wh..wh..opq' }, { name: '.wh.models' }]);
    expect(await unpack(bytes, { prefix: 'models/', overlay: true })).toEqual([
      { kind: 'whiteout', path: 'old', opaque: false },
      { kind: 'whiteout', path: 'sub', opaque: true },
      { kind: 'whiteout', path: '', opaque: true },
    ]);
  });

  it('leaves out links and devices, and says so: what they lead to is a file of its own, or none of the model’s', async () => {
    const bytes = await tar([
      { name: 'link', type: 'symlink', linkname: '/etc/passwd' },
      { name: 'hard', type: 'link', linkname: '../../etc/passwd' },
      { name: 'pipe', type: 'fifo' },
      { name: 'real', content: 'x' },
    ]);
    const [real, ...others] = (await unpack(bytes)).toReversed();
    expect(real).toMatchObject({ kind: 'file', path: 'real' });
    expect(others.toReversed()).toEqual([
      { kind: 'left-out', path: 'link', what: 'a link to “/etc/passwd”' },
      { kind: 'left-out', path: 'hard', what: 'a link to “../../etc/passwd”' },
      { kind: 'left-out', path: 'pipe', what: 'a pipe' },
    ]);
  });

  it.each(['../x', 'a/../../x', '/etc/x', 'a\\b', 'a\u0001b'])('with the hostile name %j writes nothing outside', async (name) => {
    const outcome = await unpack(await tar([{ name, content: 'evil' }])).then(paths, (error: { code: string }) => error.code);
    expect(outcome === 'E_REGISTRY' || (Array.isArray(outcome) && outcome.every((path) => !path.includes('..') && !path.startsWith('/')))).toBe(true);
    expect((await readdir(root)).sort()).toEqual(['archive', 'out']);
  });

  it.each([
    ['cut', (bytes: Buffer) => bytes.subarray(0, 700), 'tar' as const],
    ['no archive', () => Buffer.from('hello'.repeat(500)), 'tar' as const],
    ['no gzip', (bytes: Buffer) => bytes, 'tar+gzip' as const],
    ['cut gzip', (bytes: Buffer) => gzipSync(bytes).subarray(0, 40), 'tar+gzip' as const],
  ])('that is broken (%s) is refused', async (_how, spoil, codec) => {
    const bytes = await tar([{ name: 'a', content: 'x'.repeat(3000) }]);
    await expect(unpack(spoil(bytes), { codec })).rejects.toMatchObject({ code: 'E_REGISTRY' });
  });
});
