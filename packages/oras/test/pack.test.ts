import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contentOf, createMemoryTarget, packArtifact, pushPacked, unpackArtifact, type UnpackArtifactOptions } from '../src/index.ts';
import { blob, EMPTY, item, MANIFEST, pushAll } from './graph.ts';

const file = (path: string, content = path) => ({ path, size: Buffer.byteLength(content), ...contentOf(Buffer.from(content)) });
const TYPE = { artifactType: 'application/x.test' };

let folder: string;
let outside: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ilab-pack-'));
  outside = join(folder, 'outside');
  await mkdir(outside);
});
afterEach(() => rm(folder, { recursive: true }));

async function unpack(files: Parameters<typeof packArtifact>[0], options?: UnpackArtifactOptions) {
  const target = createMemoryTarget();
  const packed = await packArtifact(files, TYPE);
  await pushPacked(target, packed, {});
  return unpackArtifact(target, packed.manifest.descriptor.digest, join(folder, 'out'), options);
}

describe('an artifact that is packed', () => {
  it('is the same whatever the order and the day, and comes out as it was', async () => {
    const [one, two] = await Promise.all([packArtifact([file('a/b'), file('c')], TYPE), packArtifact([file('c'), file('a/b')], TYPE)]);
    expect(one.manifest.bytes).toEqual(two.manifest.bytes);
    expect((await unpack([file('a/b'), file('c')])).files).toEqual(['a/b', 'c']);
    expect(await readFile(join(folder, 'out/a/b'), 'utf8')).toBe('a/b');
    expect((await readdir(join(folder, 'out'))).sort()).toEqual(['a', 'c']);
  });
  it('has a layer even where it has no file, and no file twice', async () => {
    const { manifest } = await packArtifact([], { ...TYPE, annotations: { key: 'value' } });
    const parsed = JSON.parse(Buffer.from(manifest.bytes).toString());
    expect(parsed).toMatchObject({ artifactType: 'application/x.test', config: { digest: EMPTY.descriptor.digest }, annotations: { key: 'value' } });
    expect(parsed.layers).toEqual([parsed.config]);
    await expect(packArtifact([file('a'), file('a', 'b')], TYPE)).rejects.toMatchObject({ code: 'E_USAGE' });
  });
});

describe('an artifact that is unpacked', () => {
  it('replaces nothing, unless it is told to', async () => {
    await unpack([file('a')]);
    await expect(unpack([file('a', 'other')])).rejects.toMatchObject({ code: 'E_CONFLICT' });
    expect(await readFile(join(folder, 'out/a'), 'utf8')).toBe('a');
    await unpack([file('a', 'other')], { overwrite: true });
    expect(await readFile(join(folder, 'out/a'), 'utf8')).toBe('other');
  });
  it.each(['../evil', '/evil', 'a/../../evil', 'a//b', '.', '', 'a\0b', 'a\\b', 'a\nb'])('writes nothing where a title is %j', async (path) => {
    await expect(unpack([file('good'), file(path, 'evil')])).rejects.toMatchObject({ code: 'E_REGISTRY' });
    expect((await readdir(folder)).sort()).toEqual(['outside']);
  });
  it('writes nothing where two layers have one title, even where it may replace what is there', async () => {
    const [one, other] = [blob('one'), blob('other')];
    const titled = ({ descriptor: { mediaType, digest, size } }: typeof one) => ({
      mediaType,
      digest,
      size,
      annotations: { 'org.opencontainers.image.title': 'config.json' },
    });
    const manifest = item(MANIFEST, JSON.stringify({ schemaVersion: 2, mediaType: MANIFEST, config: titled(EMPTY), layers: [titled(one), titled(other)] }));
    const target = createMemoryTarget();
    await pushAll(target, [EMPTY, one, other, manifest]);
    const unpacking = unpackArtifact(target, manifest.descriptor.digest, join(folder, 'out'), { overwrite: true });
    await expect(unpacking).rejects.toMatchObject({ code: 'E_REGISTRY', message: expect.stringContaining('config.json') });
    expect(await readdir(folder)).toEqual(['outside']);
  });
  it('writes nothing through links that stand in the folder', async () => {
    await mkdir(join(folder, 'out'));
    await symlink(outside, join(folder, 'out/a'));
    await writeFile(join(outside, 'kept'), 'kept');
    await symlink(join(outside, 'kept'), join(folder, 'out/link'));
    await expect(unpack([file('a/b')])).rejects.toMatchObject({ code: 'E_STORE' });
    await unpack([file('link', 'new')], { overwrite: true });
    expect(await readdir(outside)).toEqual(['kept']);
    expect(await readFile(join(outside, 'kept'), 'utf8')).toBe('kept');
  });
  it('leaves folders to whoever unpacks them, verified, and tells of what is left out', async () => {
    const layer = blob('an archive');
    const annotations = { 'org.opencontainers.image.title': 'folder', 'io.deis.oras.content.unpack': 'true' };
    const plain = ({ descriptor: { mediaType, digest, size } }: typeof layer) => ({ mediaType, digest, size });
    const manifest = item(
      MANIFEST,
      JSON.stringify({ schemaVersion: 2, mediaType: MANIFEST, config: plain(EMPTY), layers: [{ ...plain(layer), annotations }, plain(EMPTY)] }),
    );
    const target = createMemoryTarget();
    await pushAll(target, [EMPTY, layer, manifest]);
    const out = join(folder, 'out');
    expect((await unpackArtifact(target, manifest.descriptor.digest, out)).leftOut.map(({ digest }) => digest)).toEqual([
      EMPTY.descriptor.digest,
      layer.descriptor.digest,
    ]);
    let seen = '';
    const unpacked = await unpackArtifact(target, manifest.descriptor.digest, out, {
      unpackFolder: async ({ archive }) => {
        seen = await readFile(archive, 'utf8');
      },
    });
    expect([seen, unpacked.files]).toEqual(['an archive', ['folder']]);
    expect(await readdir(out)).toEqual([]);
  });
});
