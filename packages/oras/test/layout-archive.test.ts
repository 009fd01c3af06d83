import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { copy, createMemoryTarget, openLayoutArchive, packLayoutArchive } from '../src/index.ts';
import { blob, bytesOf, EMPTY, index, item, manifest, pushAll } from './graph.ts';
import { type Member, tarOf } from './tar-of.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ilab-archive-'));
  path = join(folder, 'models.tar');
});
afterEach(() => rm(folder, { recursive: true }));

const layer = blob('weights');
const large = item('application/octet-stream', 'longer name', 'sha512');
const model = manifest([layer, large]);
const other = manifest([layer]);
const both = index([model, other]);
const NAME = 'org.opencontainers.image.ref.name';
const named = ({ descriptor }: typeof model, name: string) => ({ ...descriptor, annotations: { [NAME]: name } });

async function packed(roots = [named(model, 'quay.io/org/model:v1'), named(both, 'all')]) {
  const source = createMemoryTarget();
  await pushAll(source, [EMPTY, layer, large, model, other, both]);
  return packLayoutArchive(source, roots, {});
}

describe('an archive that is packed', () => {
  it('is as long as it says, the same every time, and holds everything once', async () => {
    const archive = await packed();
    const bytes = await bytesOf(archive.open({}));
    expect(bytes).toHaveLength(archive.size);
    expect(await bytesOf((await packed()).open({}))).toEqual(bytes);
    await writeFile(path, bytes);
    const listed = execFileSync('tar', ['-tf', path], { encoding: 'utf8' }).trim().split('\n');
    expect(listed.slice(0, 5)).toEqual(['oci-layout', 'index.json', 'blobs/', 'blobs/sha256/', 'blobs/sha512/']);
    expect(new Set(listed).size).toBe(listed.length);
    expect(listed).toHaveLength(5 + 6);
    expect(archive.blobs).toHaveLength(6);
  });
  it('is read back, by name and by digest', async () => {
    await writeFile(path, await bytesOf((await packed()).open({})));
    await using archive = await openLayoutArchive(path, {});
    expect(await Array.fromAsync(archive.tags({}))).toEqual(['quay.io/org/model:v1', 'all']);
    const target = createMemoryTarget();
    await copy(archive, 'all', target);
    for (const { descriptor, bytes } of [layer, large, model]) expect(await bytesOf(target.fetch(descriptor, {}))).toEqual(bytes);
    expect((await archive.resolve(other.descriptor.digest, {})).mediaType).toBe(other.descriptor.mediaType);
  });
});

const HEAD: readonly Member[] = [{ name: 'oci-layout', content: '{"imageLayoutVersion":"1.0.0"}' }];
const INDEX: Member = { name: 'index.json', content: '{"schemaVersion":2,"manifests":[]}' };
const whole: readonly Member[] = [...HEAD, INDEX];
const blobName = `blobs/sha256/${layer.descriptor.digest.slice(7)}`;

describe('an archive that is hostile', () => {
  it.each([
    ['no tar at all', 'not a tar'],
    ['nothing', ''],
    ['an end before the end', () => tarOf(whole).subarray(0, 1024 + 100)],
    ['no end', () => tarOf(whole).subarray(0, 2048)],
    ['no index', () => tarOf(HEAD)],
    ['no version', () => tarOf([INDEX])],
    ['gzip', () => gzipSync(tarOf(whole))],
    ['a path that leads out', () => tarOf([...whole, { name: '../evil', content: 'x' }])],
    ['a path from the root', () => tarOf([...whole, { name: '/etc/evil', content: 'x' }])],
    ['a path that leads out in the middle', () => tarOf([...whole, { name: 'blobs/../../evil', content: 'x' }])],
    ['a path of another system', () => tarOf([...whole, { name: 'blobs\\evil', content: 'x' }])],
    ['a path with a line in it', () => tarOf([...whole, { name: 'blobs/a\nb', content: 'x' }])],
    ['two files of one name', () => tarOf([...whole, INDEX])],
    ['two files of one name, written in two ways', () => tarOf([...whole, { ...INDEX, name: './index.json' }])],
    ['a link of the name of a file', () => tarOf([...whole, { name: 'index.json', type: '2', link: '/etc/passwd' }])],
    ['an index that is a link', () => tarOf([...HEAD, { name: 'index.json', type: '2', link: '/etc/passwd' }])],
    ['an index that is a hard link', () => tarOf([...HEAD, { name: 'index.json', type: '1', link: '/etc/passwd' }])],
    ['an index that is a device', () => tarOf([...HEAD, { name: 'index.json', type: '3' }])],
    ['a size beyond the end', () => tarOf([...whole, { name: blobName, content: 'x', size: '77777777777' }])],
    ['a size that is none', () => tarOf([...whole, { name: blobName, content: 'x', size: '-1' }])],
    ['a size that is no number', () => tarOf([...whole, { name: blobName, content: 'x', size: 'zzz' }])],
    ['a huge size in binary', () => tarOf([...whole, { name: blobName, content: 'x', size: Buffer.from('80ffffffffffffffffffffff', 'hex') }])],
    ['a negative size in binary', () => tarOf([...whole, { name: blobName, content: 'x', size: Buffer.from('ffffffffffffffffffffffff', 'hex') }])],
    ['a size in pax that is none', () => tarOf([...whole, { name: 'x', type: 'x', content: '12 size=1e9\n' }, { name: blobName, content: 'x' }])],
    ['a size in pax beyond the end', () => tarOf([...whole, { name: 'x', type: 'x', content: '18 size=999999999\n' }, { name: blobName, content: 'x' }])],
    ['a path in pax that leads out', () => tarOf([...whole, { name: 'x', type: 'x', content: '16 path=../evil\n' }, { name: blobName, content: 'x' }])],
    ['a length in pax that lies', () => tarOf([...whole, { name: 'x', type: 'x', content: '99 path=a\n' }, { name: blobName, content: 'x' }])],
    ['a length in pax of nothing', () => tarOf([...whole, { name: 'x', type: 'x', content: '0 path=a\n' }, { name: blobName, content: 'x' }])],
    ['sparse files', () => tarOf([...whole, { name: 'x', type: 'x', content: '22 GNU.sparse.major=1\n' }, { name: blobName, content: 'x' }])],
    ['old sparse files', () => tarOf([...whole, { name: blobName, type: 'S', content: 'x' }])],
    ['a header longer than any', () => tarOf([...whole, { name: 'x', type: 'x', content: ' '.repeat(70_000) }])],
    ['a name longer than any', () => tarOf([...whole, { name: 'x', type: 'L', content: 'x'.repeat(70_000) }])],
    ['a long name that leads out', () => tarOf([...whole, { name: 'x', type: 'L', content: '../evil\0' }, { name: blobName, content: 'x' }])],
    ['a wrong checksum', () => tarOf([...whole, { name: blobName, content: 'x', checksum: '000000' }])],
    ['a kind that nobody knows', () => tarOf([...whole, { name: blobName, type: 'Z' }])],
    ['an index larger than any', () => tarOf([...HEAD, { name: 'index.json', content: ' '.repeat(17 * 1024 * 1024) }])],
  ])('is refused: %s', async (_what, content) => {
    await writeFile(path, typeof content === 'string' ? content : content());
    await expect(openLayoutArchive(path, {})).rejects.toMatchObject({ code: expect.stringMatching(/^E_(?:REGISTRY|NOT_FOUND)$/) });
    expect(await readdir(folder)).toEqual(['models.tar']);
  });
  it.each([
    ['other bytes', 'WEIGHTS', 'E_INTEGRITY'],
    ['fewer bytes', 'w', 'E_INTEGRITY'],
    ['more bytes', 'weights and more', 'E_INTEGRITY'],
    ['a link', undefined, 'E_NOT_FOUND'],
  ])('gives no blob of %s', async (_what, content, code) => {
    await writeFile(path, tarOf([...whole, content === undefined ? { name: blobName, type: '2', link: '/etc/passwd' } : { name: blobName, content }]));
    await using archive = await openLayoutArchive(path, {});
    await expect(bytesOf(archive.fetch(layer.descriptor, {}))).rejects.toMatchObject({ code });
  });
  it('is what other tars write, too', async () => {
    const prefixed = { name: layer.descriptor.digest.slice(7), prefix: 'blobs/sha256', content: 'weights' };
    const long = `blobs/sha512/${large.descriptor.digest.slice(7)}`;
    const members: Member[] = [
      { name: 'global', type: 'g', content: '16 comment=plain\n' },
      ...whole.map((one) => ({ ...one, name: `./${one.name}` })),
      prefixed,
      { name: '././@LongLink', type: 'L', content: `${long}\0` },
      { name: long.slice(0, 100), content: 'longer name' },
    ];
    await writeFile(path, tarOf(members));
    await using archive = await openLayoutArchive(path, {});
    for (const { descriptor, bytes } of [layer, large]) expect(await bytesOf(archive.fetch(descriptor, {}))).toEqual(bytes);
  });
});
