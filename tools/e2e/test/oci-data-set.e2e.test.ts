import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type DataSet,
  dataSet,
  type Described,
  DOCKER_MANIFEST,
  IMAGE_CONFIG,
  OCI_INDEX,
  OCI_MANIFEST,
  type Shelf,
  stockShelf,
  tarOf,
  titled,
} from '../src/index.ts';

const EXAMPLE = 'application/vnd.example.oci.conformance.v1';
const LAYER = 'application/vnd.oci.image.layer.v1.tar';
const platform = (architecture: string) => ({ platform: { os: 'linux', architecture } });

/** Of every data set, its model has this file. */
const MODEL = { 'model.gguf': 'weights' };
const named = (set: DataSet, more: Readonly<Record<string, unknown>> = {}): Described =>
  set.blob('weights', EXAMPLE, { annotations: titled('model.gguf'), ...more });
const carLayer = async (set: DataSet, packing: '' | '+gzip' = ''): Promise<Described> =>
  set.blob(await tarOf({ 'models/model.gguf': 'weights' }, packing === '' ? 'tar' : 'tar+gzip'), `${LAYER}${packing}`);
const image = (set: DataSet) => ({ config: set.blob('{"os":"linux"}', IMAGE_CONFIG) });
const artifact = { artifactType: EXAMPLE };
const missing: Described = { mediaType: OCI_MANIFEST, digest: `sha256:${'0'.repeat(64)}`, size: 123 };

/** Files that come, or the code that it is refused with, and words of the message or of a notice. */
type Outcome = readonly [came: Readonly<Record<string, string>> | string, words?: string];
type Case = readonly [make: (set: DataSet) => Described | Promise<Described>, outcome: Outcome, algorithm?: 'sha512'];

/** As the OCI conformance suite makes them (distribution-spec, conformance/run.go), and some more of their kind. */
const CASES: Readonly<Record<string, Case>> = {
  image: [async (set) => set.manifest([await carLayer(set, '+gzip')], image(set)), [MODEL]],
  'image-uncompressed': [async (set) => set.manifest([await carLayer(set)], image(set)), [MODEL]],
  'image-of-docker': [async (set) => set.manifest([named(set)], { mediaType: DOCKER_MANIFEST }), [MODEL]],
  'large-manifest': [
    (set) =>
      set.manifest([named(set)], { annotations: Object.fromEntries(Array.from({ length: 390 }, (_, n) => [`large-annotation-${n}`, 'A'.repeat(10_000)])) }),
    [MODEL],
  ],
  'too-large-a-manifest': [
    (set) => set.manifest([named(set)], { annotations: { large: 'A'.repeat(4 * 1024 * 1024) } }),
    ['E_REGISTRY', 'answers with more than'],
  ],
  index: [
    (set) =>
      set.index([
        { ...set.manifest([named(set)]), ...platform('amd64') },
        { ...set.manifest([], artifact), ...platform('arm64') },
      ]),
    [MODEL],
  ],
  'nested-index': [(set) => set.index([set.index([set.index([set.manifest([named(set)])])]), set.index([])]), [MODEL]],
  'deeply-nested-index': [(set) => set.index([set.index([set.index([set.index([set.manifest([named(set)])])])])]), ['E_REGISTRY', 'index of indexes']],
  'empty-index': [(set) => set.index([]), ['E_NOT_A_MODEL']],
  artifact: [(set) => set.manifest([named(set)], artifact), [MODEL]],
  'artifact-index': [(set) => set.index([{ ...set.manifest([named(set)], artifact), ...artifact }], artifact), [MODEL]],
  'artifact-without-layers': [(set) => set.manifest([set.blob('{}', 'application/vnd.oci.empty.v1+json')], artifact), ['E_NOT_A_MODEL']],
  'with-subject': [(set) => set.manifest([named(set)], { subject: set.manifest([]) }), [MODEL]],
  'index-with-subject': [(set) => set.index([set.manifest([named(set)])], { subject: set.index([]) }), [MODEL]],
  'missing-subject': [(set) => set.manifest([named(set)], { subject: missing }), [MODEL]],
  'data-field': [(set) => set.manifest([named(set, { data: Buffer.from('weights').toString('base64') })]), [MODEL]],
  'data-field-that-lies': [(set) => set.manifest([named(set, { data: Buffer.from('waights').toString('base64') })]), ['E_REGISTRY', 'data of a descriptor']],
  'data-field-too-long': [(set) => set.manifest([named(set, { data: Buffer.from('weights!').toString('base64') })]), ['E_REGISTRY', 'data of a descriptor']],
  'data-field-no-text': [(set) => set.manifest([named(set, { data: 7 })]), ['E_REGISTRY', 'data of a descriptor']],
  'data-field-of-a-configuration': [
    (set) => set.manifest([named(set)], { config: set.blob('{}', EXAMPLE, { data: 'eyB9' }) }),
    ['E_REGISTRY', 'data of a descriptor'],
  ],
  'non-distributable-layers': [
    async (set) => {
      const urls = [`http://${set.blob('x', 'x').digest}.invalid/blob`];
      const foreign = { mediaType: 'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip', digest: `sha256:${'1'.repeat(64)}`, size: 123_456, urls };
      return set.manifest([foreign, await carLayer(set)], image(set));
    },
    [MODEL, 'registries do not distribute it'],
  ],
  'addresses-elsewhere': [(set) => set.manifest([named(set, { urls: ['http://127.0.0.1:1/model.gguf'] })]), [MODEL]],
  'custom-fields': [(set) => set.index([{ ...set.manifest([named(set, { 'org.x': 'y' })], { 'org.x': 'y' }), 'org.x': 'y' }], { 'org.x': 'y' }), [MODEL]],
  'no-layers': [(set) => set.manifest([], image(set)), ['E_NOT_A_MODEL']],
  'empty-blob': [(set) => set.manifest([named(set), set.blob('', EXAMPLE, { annotations: titled('empty') })]), [{ ...MODEL, empty: '' }]],
  'empty-blob-alone': [(set) => set.manifest([set.blob('', EXAMPLE, { annotations: titled('empty') })]), [{ empty: '' }]],
  'empty-layer-of-an-image': [async (set) => set.manifest([await carLayer(set), set.blob('', LAYER)], image(set)), [MODEL]],
  'sparse-image': [(set) => set.manifest([named(set), { ...missing, mediaType: EXAMPLE, annotations: titled('b') }]), ['E_NOT_FOUND', 'b']],
  'sparse-index': [
    (set) =>
      set.index([
        { ...set.manifest([named(set)]), ...platform('amd64') },
        { ...missing, ...platform('arm64') },
      ]),
    [MODEL],
  ],
  'sparse-index-of-what-is-chosen': [(set) => set.index([{ ...missing, ...platform('amd64') }]), ['E_NOT_FOUND', 'the registry does not have']],
  sha512: [(set) => set.index([set.manifest([named(set)])]), [MODEL], 'sha512'],
  'sha512-of-an-image': [async (set) => set.manifest([await carLayer(set, '+gzip')], image(set)), [MODEL], 'sha512'],
  'sha512-of-nothing': [(set) => set.manifest([named(set), set.blob('', EXAMPLE, { annotations: titled('empty') })]), [{ ...MODEL, empty: '' }], 'sha512'],
  'sha512-that-lies': [
    (set) => set.manifest([set.spoil(set.blob('honest', EXAMPLE, { annotations: titled('model.gguf') }), 'it lies')]),
    ['E_INTEGRITY', 'model.gguf'],
    'sha512',
  ],
  'sha256-that-lies': [
    (set) => set.manifest([set.spoil(set.blob('honest', EXAMPLE, { annotations: titled('model.gguf') }), 'it lies')]),
    ['E_INTEGRITY', 'model.gguf'],
  ],
  'another-algorithm': [(set) => set.manifest([{ ...named(set), digest: `sha384:${'0'.repeat(96)}` }]), ['E_REGISTRY', 'digest']],
  'the-same-layer-twice': [(set) => set.manifest([named(set), named(set)]), [MODEL]],
  'the-same-layer-under-two-names': [
    (set) => set.manifest([named(set), set.blob('weights', EXAMPLE, { annotations: titled('b.gguf') })]),
    [{ ...MODEL, 'b.gguf': 'weights' }],
  ],
  'the-same-layer-of-an-image-twice': [async (set) => set.manifest([await carLayer(set), await carLayer(set)], image(set)), [MODEL]],
  'no-media-type': [(set) => set.index([set.manifest([named(set)])], { mediaType: OCI_INDEX, artifactType: null }), [MODEL]],
  'unknown-media-type': [(set) => set.manifest([named(set)], { mediaType: 'application/vnd.example.manifest' }), ['E_REGISTRY', 'is no manifest']],
  'first-format-of-docker': [(set) => set.manifest([], { schemaVersion: 1, fsLayers: [] }), ['E_NOT_A_MODEL', 'first Docker format']],
  'unknown-layers': [(set) => set.manifest([named(set), set.blob('x', EXAMPLE)]), [MODEL, 'left out']],
  'bad-digest': [(set) => set.index([{ ...set.manifest([named(set)]), size: 7 }]), ['E_INTEGRITY', 'bytes']],
};

let shelf: Shelf;
const tops = new Map<string, Described>();
beforeAll(async () => {
  const artifacts = [];
  for (const [name, [make, , algorithm]] of Object.entries(CASES)) {
    const set = dataSet(algorithm);
    const top = await make(set);
    tops.set(name, top);
    artifacts.push(...Object.entries(set.artifacts(name, top)));
  }
  shelf = await stockShelf(Object.fromEntries(artifacts));
});
afterAll(() => shelf.close());

const texts = (files: Readonly<Record<string, Buffer>>) => Object.fromEntries(Object.entries(files).map(([path, bytes]) => [path, String(bytes)]));

describe('the data set of the conformance suite', () => {
  const good = Object.entries(CASES).filter(([, [, [came]]]) => typeof came !== 'string');
  const bad = Object.entries(CASES).filter(([, [, [came]]]) => typeof came === 'string');

  it.each(good)('%s: comes whole and verified', async (name, [, [came, words]]) => {
    const { files, warnings, revision } = await shelf.bring(name);
    expect(texts(files)).toEqual(came);
    expect(revision).toBe(tops.get(name)?.digest);
    expect(warnings).toEqual(words === undefined ? [] : [expect.stringContaining(words)]);
  });

  it.each(bad)('%s: is refused in words', async (name, [, [code, words = '']]) => {
    await expect(shelf.bring(name)).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
    const { models } = await shelf.ilab.models.list();
    expect(models.filter(({ reference }) => reference.includes(`/${name}:`))).toEqual([]);
  });

  it.each(['sha512', 'index'])('is had by its digest, too (%s)', async (name) => {
    const { files } = await shelf.ilab.models.download({ reference: `${shelf.hub.host}/shelf/${name}@${tops.get(name)?.digest}` });
    expect(files).toEqual(['model.gguf']);
  });
});
