import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Artifact, blobOf, descriptor, packManifest } from '@ilab/hub';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { artifactOf, DOCKER_MANIFEST, IMAGE_CONFIG, type Layer, OCI_MANIFEST, root, type Shelf, stockShelf, tarOf, titled, type Tree } from '../src/index.ts';

const OCI_LAYER = 'application/vnd.oci.image.layer.v1.tar';
const INDEX = 'application/vnd.oci.image.index.v1+json';
const gguf = readFileSync(join(root, 'tools', 'demo', 'models', 'ilab', 'demo', 'v1', 'ilab-demo-q8_0.gguf'));
const linux = { os: 'linux', architecture: 'amd64' };

/** An image as it is built: a layer for each tree. */
async function image(trees: readonly Tree[], { labels = {}, more = [] }: { labels?: object; more?: readonly Layer[] } = {}): Promise<Artifact> {
  const layers = await Promise.all(trees.map(async (tree) => ({ type: `${OCI_LAYER}+gzip`, content: await tarOf(tree, 'tar+gzip') })));
  const config = { type: IMAGE_CONFIG, content: JSON.stringify({ ...linux, config: { Labels: labels }, rootfs: { type: 'layers', diff_ids: [] } }) };
  return artifactOf({ config, layers: [...layers, ...more] });
}

const kit = (kitfile: object, layers: readonly Layer[], maker = 'kitops.modelkit'): Artifact =>
  artifactOf({
    config: { type: `application/vnd.${maker}.config.v1+json`, content: JSON.stringify(kitfile) },
    layers,
    more: { annotations: { 'ml.kitops.modelkit.cli-version': '1.7.0' } },
  });
const part = async (kind: string, tree: Tree, packing = '', maker = 'kitops.modelkit'): Promise<Layer> => ({
  type: `application/vnd.${maker}.${kind}.v1.tar${packing}`,
  content: await tarOf(tree, packing === '' ? 'tar' : 'tar+gzip'),
});

const KITFILE = { manifestVersion: '1.0.0', package: { name: 'm' }, model: { name: 'm', path: 'model.gguf' }, docs: [{ path: 'docs' }] };
const CHILD = { ...KITFILE, model: { name: 'm', path: 'ghcr.io/acme/base:v1', parts: [{ path: 'lora' }] } };

async function artifacts(): Promise<Readonly<Record<string, Artifact>>> {
  const below = { 'models/config.json': 'old', 'models/gone.txt': 'x', 'models/sub/a': 'a', 'models/sub/b': 'b', 'etc/passwd': 'root' };
  const above = { 'models/config.json': 'new', 'models/.wh.gone.txt': '', 'models/sub/.wh..wh..opq': '', 'models/sub/c': 'c', 'models/model.gguf': gguf };
  const car = { 'models/smol/smol.gguf': gguf, 'models/model.file': { link: '/models/smol/smol.gguf' } };
  const ramalama = await image([car], { labels: { 'org.containers.type': 'ai.image.model.raw' } });
  const manifests = [{ ...descriptor(ramalama.manifest, OCI_MANIFEST), platform: linux }];
  const olot = await Promise.all(
    [['model.gguf', gguf] as const, ['README.md', 'read me'] as const].map(async ([name, content]) => ({
      type: OCI_LAYER,
      content: await tarOf({ [`models/${name}`]: content }),
      annotations: { ...titled(name), 'olot.layer.content.inlayerpath': `/models/${name}` },
    })),
  );
  return {
    modelcar: await image([below, above]),
    ramalama: packManifest({ schemaVersion: 2, mediaType: INDEX, manifests }, []),
    'ramalama:amd64': ramalama,
    olot: await image([], { more: olot }),
    docker: artifactOf({
      mediaType: DOCKER_MANIFEST,
      config: { type: 'application/vnd.docker.container.image.v1+json', content: '{"os":"linux"}' },
      layers: [{ type: 'application/vnd.docker.image.rootfs.diff.tar.gzip', content: await tarOf({ 'models/model.gguf': gguf }, 'tar+gzip') }],
    }),
    links: await image([
      { 'models/a.gguf': gguf, 'models/b.gguf': 'b' },
      { 'models/c.gguf': 'c', 'models/d.gguf': { same: 'models/c.gguf' }, 'models/b.gguf': { link: 'a.gguf' } },
    ]),
    encrypted: await image([], { more: [{ type: `${OCI_LAYER}+gzip+encrypted`, content: 'x' }] }),
    ordinary: await image([{ 'etc/passwd': 'root' }]),
    kit: kit(KITFILE, [await part('model', { 'model.gguf': gguf }), await part('docs', { 'docs/a.md': 'a', 'docs/b/c.md': 'c' }, '+gzip')]),
    jozu: kit(KITFILE, [await part('model', { 'model.gguf': gguf }, '+gzip', 'jozu.model')], 'jozu.model'),
    child: kit(CHILD, [await part('modelpart', { 'lora/adapter.gguf': 'lora' })]),
    orphan: kit({ ...CHILD, docs: [] }, []),
    clashing: kit(KITFILE, [await part('model', { 'model.gguf': gguf }), await part('code', { 'model.gguf': 'another' })]),
    'clashing-files': artifactOf({
      layers: [
        { type: 'application/vnd.cncf.model.weight.v1.raw', content: 'raw', annotations: titled('model.gguf') },
        { type: 'application/vnd.cncf.model.weight.v1.tar', content: await tarOf({ 'model.gguf': 'packed' }) },
      ],
    }),
    whiteouts: kit(KITFILE, [await part('model', { 'model.gguf': gguf, '.wh.model.gguf': 'just a name' })]),
    sparse: packManifest({ schemaVersion: 2, mediaType: INDEX, manifests: [descriptor(blobOf('none'), OCI_MANIFEST)] }, []),
  };
}

let shelf: Shelf;
beforeAll(async () => {
  const made = await artifacts();
  shelf = await stockShelf(made);
});
afterAll(() => shelf.close());

const text = (files: Readonly<Record<string, Buffer>>) =>
  Object.fromEntries(Object.entries(files).map(([path, bytes]) => [path, bytes.equals(gguf) ? 'gguf' : String(bytes)]));

describe('an image with a model in it', () => {
  it('is read layer over layer, whiteouts and all', async () => {
    const { files, warnings } = await shelf.bring('modelcar');
    expect(text(files)).toEqual({ 'config.json': 'new', 'sub/c': 'c', 'model.gguf': 'gguf' });
    expect(warnings).toEqual([]);
  });

  it('of RamaLama is read through its index, and its link is told', async () => {
    const { files, warnings } = await shelf.bring('ramalama');
    expect(text(files)).toEqual({ 'smol/smol.gguf': 'gguf' });
    expect(warnings).toEqual([expect.stringContaining('“model.file” was left out: it is a link to “/models/smol/smol.gguf”')]);
  });

  it('of olot is read by what its layers hold, not by their titles', async () => {
    expect(text((await shelf.bring('olot')).files)).toEqual({ 'model.gguf': 'gguf', 'README.md': 'read me' });
  });

  it('of Docker is read, too', async () => {
    expect(text((await shelf.bring('docker')).files)).toEqual({ 'model.gguf': 'gguf' });
  });

  it('has what hard links name, and not what a link stands for now', async () => {
    const { files, warnings } = await shelf.bring('links');
    expect(text(files)).toEqual({ 'a.gguf': 'gguf', 'c.gguf': 'c', 'd.gguf': 'c' });
    expect(warnings).toEqual([expect.stringContaining('“b.gguf” was left out')]);
  });

  it.each([
    ['encrypted', 'E_REGISTRY', 'encrypted'],
    ['ordinary', 'E_NOT_A_MODEL', 'ordinary image'],
    ['sparse', 'E_NOT_FOUND', 'is an index whose manifest sha256:'],
  ])('is refused where it can’t be one (%s)', async (name, code, words) => {
    await expect(shelf.bring(name)).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
  });
});

describe('a ModelKit', () => {
  it.each([
    ['kit', { 'model.gguf': 'gguf', 'docs/a.md': 'a', 'docs/b/c.md': 'c' }],
    ['jozu', { 'model.gguf': 'gguf' }],
    ['whiteouts', { 'model.gguf': 'gguf', '.wh.model.gguf': 'just a name' }],
  ])('(%s) comes with its Kitfile', async (name, expected) => {
    expect(text((await shelf.bring(name)).files)).toEqual({ ...expected, Kitfile: JSON.stringify(KITFILE) });
  });

  it('that takes its model from another says from which', async () => {
    const { files, warnings } = await shelf.bring('child');
    expect(text(files)).toEqual({ 'lora/adapter.gguf': 'lora', Kitfile: JSON.stringify(CHILD) });
    expect(warnings).toEqual([expect.stringContaining('oci://ghcr.io/acme/base:v1')]);
    await expect(shelf.bring('orphan')).rejects.toMatchObject({ code: 'E_NOT_A_MODEL', hint: expect.stringContaining('oci://ghcr.io/acme/base:v1') });
  });

  it.each(['clashing', 'clashing-files'])('with two files of one name is refused, and leaves nothing (%s)', async (name) => {
    await expect(shelf.bring(name)).rejects.toMatchObject({ code: 'E_REGISTRY', message: expect.stringContaining('“model.gguf”') });
    const { models } = await shelf.ilab.models.list();
    expect(models.filter(({ reference }) => reference.includes(name))).toEqual([]);
  });
});
