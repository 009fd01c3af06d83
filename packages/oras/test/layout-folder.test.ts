import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contentOf, openLayoutFolder } from '../src/index.ts';
import { blob, bytesOf, EMPTY, INDEX, index, item, manifest, pushAll } from './graph.ts';

let folder: string;
let layout: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ilab-layout-'));
  layout = join(folder, 'layout');
});
afterEach(() => rm(folder, { recursive: true }));

const layer = blob('weights');
const model = manifest([layer]);
const other = manifest([EMPTY]);
const both = index([model, other]);
const pathOf = (digest: string) => join(layout, 'blobs', digest.replace(':', '/'));

async function written() {
  const target = openLayoutFolder(layout);
  await pushAll(target, [EMPTY, layer, model]);
  await target.tag(model.descriptor, 'v1', {});
  return target;
}

const entries = async () => JSON.parse(await readFile(join(layout, 'index.json'), 'utf8')).manifests;

describe('a layout that is written', () => {
  it('is what the specification says, and leaves nothing else behind', async () => {
    await written();
    expect((await readdir(layout)).sort()).toEqual(['blobs', 'index.json', 'oci-layout']);
    expect(JSON.parse(await readFile(join(layout, 'oci-layout'), 'utf8'))).toEqual({ imageLayoutVersion: '1.0.0' });
    const { mediaType, digest, size } = model.descriptor;
    const [only] = await entries();
    expect(only).toMatchObject({ mediaType, digest, size, annotations: { 'org.opencontainers.image.ref.name': 'v1' } });
    expect((await readdir(join(layout, 'blobs/sha256'))).sort()).toEqual([EMPTY, layer, model].map((one) => one.descriptor.digest.slice(7)).sort());
  });
  it('takes names away, and leaves what they named', async () => {
    const target = await written();
    await target.tag(model.descriptor, 'v2', {});
    expect(await target.untag('v1', {})).toBe(true);
    expect(await Array.fromAsync(target.tags({}))).toEqual(['v2']);
    expect(await target.untag('v2', {})).toBe(true);
    expect(await target.untag('v2', {})).toBe(false);
    expect((await target.resolve(model.descriptor.digest, {})).size).toBe(model.bytes.length);
    expect(await entries()).toHaveLength(1);
  });
  it('lists what an index lists no more than once, and keeps what others wrote', async () => {
    const target = await written();
    const value = JSON.parse(await readFile(join(layout, 'index.json'), 'utf8'));
    value.annotations = { 'com.example': 'kept' };
    value.manifests[0].platform = { os: 'linux', architecture: 'amd64' };
    await writeFile(join(layout, 'index.json'), JSON.stringify(value));
    await pushAll(target, [other, both]);
    await target.tag(both.descriptor, 'all', {});
    const after = JSON.parse(await readFile(join(layout, 'index.json'), 'utf8'));
    expect(after.annotations).toEqual({ 'com.example': 'kept' });
    expect(after.manifests.map(({ digest }: { digest: string }) => digest)).toEqual([model.descriptor.digest, both.descriptor.digest]);
    expect(after.manifests[0].platform).toEqual({ os: 'linux', architecture: 'amd64' });
  });
  it('goes on from what somebody left who was killed before the index', async () => {
    await written();
    await rm(join(layout, 'index.json'));
    const target = await written();
    expect((await target.resolve('v1', {})).digest).toBe(model.descriptor.digest);
  });
});

describe('a layout that is read', () => {
  const refused = (code: string) => expect.objectContaining({ code });
  const read = () => openLayoutFolder(layout).resolve('v1', {});

  it.each([
    ['no oci-layout', () => rm(join(layout, 'oci-layout')), 'E_NOT_FOUND'],
    ['no index', () => rm(join(layout, 'index.json')), 'E_NOT_FOUND'],
    ['another version', () => writeFile(join(layout, 'oci-layout'), '{"imageLayoutVersion":"2.0.0"}'), 'E_REGISTRY'],
    ['an endless oci-layout', () => writeFile(join(layout, 'oci-layout'), ' '.repeat(5000)), 'E_REGISTRY'],
    ['an index that is none', () => writeFile(join(layout, 'index.json'), '{"schemaVersion":2}'), 'E_REGISTRY'],
    ['an index that is a list', () => writeFile(join(layout, 'index.json'), '[]'), 'E_REGISTRY'],
    ['an index that is no JSON', () => writeFile(join(layout, 'index.json'), '{'), 'E_REGISTRY'],
    ['an index that says a thing twice', () => writeFile(join(layout, 'index.json'), '{"schemaVersion":2,"manifests":[],"manifests":[]}'), 'E_REGISTRY'],
    ['an index larger than any', () => writeFile(join(layout, 'index.json'), ' '.repeat(17 * 1024 * 1024)), 'E_REGISTRY'],
    ['a digest that leads out', () => entry({ digest: 'sha256:../../../../etc/passwd' }), 'E_REGISTRY'],
    ['a digest of another kind', () => entry({ digest: 'md5:d41d8cd98f00b204e9800998ecf8427e' }), 'E_REGISTRY'],
    ['a size that is none', () => entry({ size: -1 }), 'E_REGISTRY'],
    ['two manifests of one name', () => entry({ digest: other.descriptor.digest }, true), 'E_AMBIGUOUS'],
    ['an index that is a link', () => link('index.json'), 'E_STORE'],
  ] as const)('is refused for %s', async (_what, change, code) => {
    await written();
    await change();
    await expect(read()).rejects.toEqual(refused(code));
  });

  async function entry(changes: object, isSecond = false): Promise<void> {
    const value = JSON.parse(await readFile(join(layout, 'index.json'), 'utf8'));
    const changed = { ...value.manifests[0], ...changes };
    value.manifests = isSecond ? [value.manifests[0], changed] : [changed];
    await writeFile(join(layout, 'index.json'), JSON.stringify(value));
  }
  async function link(path: string): Promise<void> {
    await rename(join(layout, path), join(folder, 'aside'));
    await symlink(join(folder, 'aside'), join(layout, path));
  }

  it.each([
    ['is not there', () => rm(pathOf(layer.descriptor.digest)), 'E_NOT_FOUND'],
    ['has other bytes', () => writeFile(pathOf(layer.descriptor.digest), 'wEIGHTS'), 'E_INTEGRITY'],
    ['is shorter', () => writeFile(pathOf(layer.descriptor.digest), 'weigh'), 'E_INTEGRITY'],
    ['is longer', () => writeFile(pathOf(layer.descriptor.digest), 'weights, and more'), 'E_INTEGRITY'],
    ['is a link', () => link(`blobs/sha256/${layer.descriptor.digest.slice(7)}`), 'E_STORE'],
    ['is a folder', () => rm(pathOf(layer.descriptor.digest)).then(() => mkdir(pathOf(layer.descriptor.digest))), 'E_STORE'],
    ['is a pipe', () => rm(pathOf(layer.descriptor.digest)).then(() => void execFileSync('mkfifo', [pathOf(layer.descriptor.digest)])), 'E_STORE'],
    ['lies behind a link', () => link('blobs/sha256'), 'E_STORE'],
  ] as const)('gives no blob that %s', async (_what, change, code) => {
    const target = await written();
    await change();
    const fetching = bytesOf(target.fetch(layer.descriptor, {}));
    await expect(fetching).rejects.toEqual(refused(code));
    if (code === 'E_NOT_FOUND') await expect(fetching).rejects.toThrow(layer.descriptor.digest);
  });
  it('writes nowhere else through a link', async () => {
    const target = await written();
    const outside = join(folder, 'outside');
    await cp(join(layout, 'blobs/sha256'), outside, { recursive: true });
    await rm(join(layout, 'blobs/sha256'), { recursive: true });
    await symlink(outside, join(layout, 'blobs/sha256'));
    const before = await readdir(outside);
    const added = blob('added');
    await expect(target.push(added.descriptor, contentOf(added.bytes), {})).rejects.toEqual(refused('E_STORE'));
    expect(await readdir(outside)).toEqual(before);
  });
  it('goes no deeper into indexes for referrers than anybody puts them', async () => {
    const target = await written();
    let inner = both;
    await pushAll(target, [other, both]);
    for (let depth = 0; depth < 10; depth++) {
      inner = item(INDEX, JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: [{ ...inner.descriptor, annotations: undefined }] }));
      await pushAll(target, [inner]);
    }
    await expect(Array.fromAsync(target.referrers(model.descriptor, {}))).rejects.toEqual(refused('E_REGISTRY'));
  });
});
