import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createGzip, createZstdCompress, gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { rawMember } from '@ilab/hub';
import { describe, expect, it } from 'vitest';
import { rawTar, unpackingPlace } from './archives.ts';

describe('links', () => {
  it.each([
    ['symbolic, out of the root', '2', '/etc'],
    ['symbolic, within', '2', 'real'],
    ['hard, out of the root', '1', '../../../etc/passwd'],
    ['hard, to a link', '1', 'models'],
  ])('(%s) are never made, and a file of the same name is not written through them', async (_what, type, link) => {
    using place = unpackingPlace();
    const members = [
      { name: 'real', content: 'real' },
      { name: 'models', type, link },
      { name: 'models/passwd', content: 'one' },
      { name: 'models', content: 'two' },
    ];
    const found = await Array.fromAsync(place.unpack(rawTar(members)));
    expect(found.map((member) => [member.path, member.kind === 'file' && readFileSync(member.target, 'utf8')])).toEqual([
      ['real', 'real'],
      ['models', false],
      ['models/passwd', 'one'],
      ['models', 'two'],
    ]);
    expect(readdirSync(place.directory, { withFileTypes: true }).every((entry) => entry.isFile())).toBe(true);
  });

  it('(hard, within) are files of their own', async () => {
    using place = unpackingPlace();
    const [real, same] = await Array.fromAsync(
      place.unpack(
        rawTar([
          { name: 'real', content: 'real' },
          { name: 'same', type: '1', link: './real' },
        ]),
      ),
    );
    expect([real, same]).toEqual([expect.objectContaining({ path: 'real' }), expect.objectContaining({ kind: 'file', path: 'same', size: 4 })]);
    if (same?.kind === 'file' && real?.kind === 'file') {
      expect(readFileSync(same.target, 'utf8')).toBe('real');
      writeFileSync(same.target, 'other');
      expect(readFileSync(real.target, 'utf8')).toBe('real');
    }
  });

  it('that lie where a member should go are not followed', async () => {
    using place = unpackingPlace();
    const sentinel = join(place.root, 'sentinel');
    writeFileSync(sentinel, 'untouched');
    for (let index = 0; index < 5; index++) symlinkSync(sentinel, join(place.directory, String(index)));
    await expect(Array.fromAsync(place.unpack(rawTar([{ name: 'a', content: 'evil' }])))).rejects.toMatchObject({ code: 'E_STORE' });
    expect(readFileSync(sentinel, 'utf8')).toBe('untouched');
  });
});

describe('a bomb', () => {
  const huge = 1024 ** 5;

  it.each(['tar', 'tar+gzip', 'tar+zstd'] as const)('that says it holds more than the disk can take is refused before it is written (%s)', async (codec) => {
    using place = unpackingPlace();
    const bytes = Buffer.concat([rawMember({ name: 'model.gguf', size: huge }), Buffer.alloc(64 * 1024)]);
    const packed = { tar: bytes, 'tar+gzip': gzipSync(bytes), 'tar+zstd': zstdCompressSync(bytes) }[codec];
    await expect(Array.fromAsync(place.unpack(packed, { codec }))).rejects.toMatchObject({ code: 'E_NO_SPACE', side: 'target' });
    expect(readdirSync(place.directory)).toEqual([]);
  });

  it('behind a harmless member is refused, too', async () => {
    using place = unpackingPlace();
    const found = place.unpack(Buffer.concat([rawMember({ name: 'a', content: 'x' }), rawMember({ name: 'b', size: huge })]));
    const iterator = found[Symbol.asyncIterator]();
    expect((await iterator.next()).value).toMatchObject({ path: 'a' });
    await expect(iterator.next()).rejects.toMatchObject({ code: 'E_NO_SPACE' });
  });

  it('in a header is refused without being read into memory', async () => {
    using place = unpackingPlace();
    const bytes = Buffer.concat([rawMember({ name: 'pax', type: 'x', size: 512 * 1024 * 1024 }), Buffer.alloc(16 * 1024 * 1024)]);
    await expect(Array.fromAsync(place.unpack(gzipSync(bytes), { codec: 'tar+gzip' }))).rejects.toMatchObject({ code: 'E_REGISTRY' });
  });

  it.each(['tar+gzip', 'tar+zstd'] as const)(
    'that is really as large as it says, and nothing on its way, is refused (%s)',
    { timeout: 60_000 },
    async (codec) => {
      using place = unpackingPlace();
      const size = 1024 ** 3;
      const packed = await pack(codec, function* () {
        yield rawMember({ name: 'elsewhere', size });
        for (let made = 0; made < size; made += LARGE_CHUNK.length) yield LARGE_CHUNK;
        yield rawMember({ name: 'models/a', content: 'a' });
      });
      expect(packed.length).toBeLessThan(8 * 1024 ** 2);
      await expect(Array.fromAsync(place.unpack(packed, { codec, prefix: 'models/' }))).rejects.toMatchObject({
        code: 'E_REGISTRY',
        message: expect.stringContaining('100 times'),
      });
      expect(readdirSync(place.directory)).toEqual([]);
    },
  );

  it('of hard links to one file is refused', { timeout: 60_000 }, async () => {
    using place = unpackingPlace();
    const links = Array.from({ length: 10 }, (_, index) => ({ name: `link${index}`, type: '1', link: 'a' }));
    const packed = gzipSync(rawTar([{ name: 'a', content: Buffer.alloc(LARGE) }, ...links]), { level: 1 });
    await expect(Array.fromAsync(place.unpack(packed, { codec: 'tar+gzip' }))).rejects.toMatchObject({ code: 'E_REGISTRY' });
    expect(readdirSync(place.directory)).toHaveLength(4);
  });

  it('of more members than any model has is refused', { timeout: 60_000 }, async () => {
    using place = unpackingPlace();
    const one = rawMember({ name: 'a', type: '5' });
    const many = Buffer.alloc(one.length * 100_001, one);
    await expect(Array.fromAsync(place.unpack(gzipSync(many, { level: 1 }), { codec: 'tar+gzip' }))).rejects.toMatchObject({
      code: 'E_REGISTRY',
      message: expect.stringContaining('100000 members'),
    });
  });
});

describe('any archive', () => {
  const good = rawTar([
    { name: 'models/a', content: 'a'.repeat(700) },
    { name: 'models/.wh.b' },
    { name: 'models/c/', type: '5' },
    { name: 'models/c/d', content: 'd' },
  ]);

  it('with bytes changed is unpacked or refused in words, and never more than it holds', async () => {
    const change = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(change, async (changes) => {
        using place = unpackingPlace();
        const bytes = Buffer.from(good);
        for (const [at, value] of changes) bytes[at] = value;
        const found = await Array.fromAsync(place.unpack(bytes)).catch((error: unknown) => error);
        if (!Array.isArray(found)) expect(found).toMatchObject({ code: expect.stringMatching(/^E_(REGISTRY|NO_SPACE)$/) });
        for (const { path } of Array.isArray(found) ? found : []) expect(path).not.toMatch(/^\/|(?:^|\/)\.\.(?:\/|$)/);
        expect(readdirSync(place.root)).toHaveLength(2);
      }),
      { numRuns: 150 },
    );
  });

  it('that ends anywhere gives no file that it does not hold whole', async () => {
    const whole = ['models/a', 'models/c/d'];
    for (let end = 0; end < good.length; end += 97) {
      using place = unpackingPlace();
      const files: string[] = [];
      try {
        for await (const member of place.unpack(good.subarray(0, end))) {
          if (member.kind !== 'file') continue;
          expect(readFileSync(member.target)).toHaveLength(member.path === 'models/a' ? 700 : 1);
          files.push(member.path);
        }
      } catch (error) {
        expect(error).toMatchObject({ code: 'E_REGISTRY' });
      }
      expect(files).toEqual(whole.slice(0, files.length));
    }
  });

  it.each(['', 'elsewhere/'])('is left promptly at an abort, also inside a large member (prefix “%s”)', async (prefix) => {
    using place = unpackingPlace();
    const found = Array.fromAsync(place.unpack(large(), { codec: 'tar+gzip', prefix, signal: AbortSignal.timeout(50) })).catch((error: unknown) => error);
    const started = performance.now();
    expect(await found).toMatchObject({ name: 'TimeoutError' });
    expect(performance.now() - started).toBeLessThan(5000);
    const written = readdirSync(place.directory).map((name) => readFileSync(join(place.directory, name)).length);
    expect(written.every((size) => size < LARGE)).toBe(true);
    expect(written.length).toBeLessThanOrEqual(prefix === '' ? 1 : 0);
  });

  it('that is not there, or a folder, is told', async () => {
    using place = unpackingPlace();
    await expect(Array.fromAsync(place.unpack(good, { archive: join(place.root, 'none') }))).rejects.toMatchObject({ code: expect.stringMatching(/^E_/) });
    await expect(Array.fromAsync(place.unpack(good, { archive: place.directory }))).rejects.toMatchObject({ code: expect.stringMatching(/^E_/) });
  });
});

const LARGE_CHUNK = Buffer.alloc(16 * 1024 ** 2);

async function pack(codec: 'tar+gzip' | 'tar+zstd', chunks: () => Iterable<Buffer>): Promise<Buffer> {
  const packer = codec === 'tar+gzip' ? createGzip({ level: 1 }) : createZstdCompress();
  return Buffer.concat(await Readable.from(chunks()).pipe(packer).toArray());
}

const LARGE = 300 * 1024 * 1024;
let largeOnce: Buffer | undefined;

/** One member that takes far longer than the abort. */
function large(): Buffer {
  largeOnce ??= gzipSync(rawTar([{ name: 'a', content: Buffer.alloc(LARGE) }]), { level: 1 });
  return largeOnce;
}
