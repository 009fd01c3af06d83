import { type Artifact, type Blob, blobOf, descriptor, type Hub, packManifest, startHub } from '@ilab/hub';
import { afterEach, describe, expect, it } from 'vitest';
import { createOciRegistry } from '../src/oci-registry.ts';
import { ociReference, testContext } from './context.ts';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';
const IMAGE = 'application/vnd.oci.image.config.v1+json';
const EMPTY = 'application/vnd.oci.empty.v1+json';

type Layer = { readonly type: string; readonly content?: string; readonly annotations?: Readonly<Record<string, string>>; readonly name?: string };

let hub: Hub | undefined;
afterEach(() => hub?.close());

function artifact(layers: readonly Layer[], config = EMPTY): Artifact {
  const blobs: Blob[] = layers.map(({ content = 'bytes' }) => blobOf(content));
  const described = layers.map(({ type, annotations, name }, index) => ({
    ...descriptor(blobs[index] ?? blobOf(''), type),
    ...(annotations && { annotations }),
    ...(name !== undefined && { name }),
  }));
  return packManifest({ schemaVersion: 2, mediaType: MANIFEST, config: descriptor(blobOf('{}'), config), layers: described }, [blobOf('{}'), ...blobs]);
}

async function resolve(artifacts: Readonly<Record<string, Artifact>>, version = 'v1') {
  hub = await startHub({ models: [], artifacts });
  return createOciRegistry(testContext()).resolve(ociReference(hub.host, { repository: 'acme/model', version }), {});
}

const title = (name: string) => ({ 'org.opencontainers.image.title': name });

describe('names of files', () => {
  it.each<readonly [string, Layer, string]>([
    ['ORAS', { type: 'application/octet-stream', annotations: title('model.gguf') }, 'model.gguf'],
    ['ORAS without a type', { type: 'application/vnd.oci.image.layer.v1.tar', annotations: title('model.gguf') }, 'model.gguf'],
    [
      'ModelPack',
      { type: 'application/vnd.cncf.model.weight.v1.raw', annotations: { 'org.cncf.model.filepath': 'a/model.gguf', ...title('other') } },
      'a/model.gguf',
    ],
    ['ModelPack of before', { type: 'application/vnd.cnai.model.weight.v1.raw', annotations: { 'org.cnai.model.filepath': 'model.gguf' } }, 'model.gguf'],
    [
      'ModelPack metadata',
      { type: 'application/vnd.cncf.model.weight.v1.raw', annotations: { 'org.cncf.model.file.metadata+json': '{"name":"m.gguf"}' } },
      'm.gguf',
    ],
    ['Docker Model Runner', { type: 'application/vnd.docker.ai.gguf.v3' }, 'model.gguf'],
  ])('%s', async (_format, layer, path) => {
    const { files, archives } = await resolve({ 'acme/model:v1': artifact([layer]) });
    expect(files.map((file) => file.path)).toEqual([path]);
    expect(archives).toEqual([]);
  });

  it.each([
    ['Ollama', { type: 'application/vnd.ollama.image.model' }, 'model.gguf'],
    ['Ollama tensors', { type: 'application/vnd.ollama.image.json', name: 'config.json' }, 'config.json'],
  ])('%s, with its configuration', async (_format, layer, path) => {
    const { files } = await resolve({ 'acme/model:v1': artifact([layer]) });
    expect(files.map((file) => file.path)).toEqual([path, 'ollama.json']);
  });

  it.each(['../x', '/etc/passwd', 'a/../../x', 'C:\\x', 'a\u0000b', ''])('refuses %j', async (name) => {
    const resolving = resolve({ 'acme/model:v1': artifact([{ type: 'application/octet-stream', annotations: { 'org.cncf.model.filepath': name } }]) });
    await expect(resolving).rejects.toMatchObject({ code: name === '' ? 'E_NOT_A_MODEL' : 'E_REGISTRY' });
  });

  it('refuses two different files of one name, and takes the same one twice as one', async () => {
    const layer = (content: string) => ({ type: 'application/octet-stream', content, annotations: title('a') });
    expect((await resolve({ 'acme/model:v1': artifact([layer('1'), layer('1')]) })).files).toHaveLength(1);
    await hub?.close();
    await expect(resolve({ 'acme/model:v1': artifact([layer('1'), layer('2')]) })).rejects.toMatchObject({ code: 'E_REGISTRY' });
  });

  it('leaves out what has no name, and says so', async () => {
    const { files, notices } = await resolve({
      'acme/model:v1': artifact([{ type: 'application/x-secret' }, { type: 'application/octet-stream', annotations: title('a') }]),
    });
    expect(files.map(({ path }) => path)).toEqual(['a']);
    expect(notices).toEqual([expect.stringContaining('application/x-secret')]);
  });
});

describe('archives', () => {
  it.each<readonly [string, Layer, string, { codec: string; prefix: string }]>([
    ['ModelCar', { type: 'application/vnd.oci.image.layer.v1.tar+gzip', annotations: title('layer.tar') }, IMAGE, { codec: 'tar+gzip', prefix: 'models/' }],
    [
      'ModelCar of Docker',
      { type: 'application/vnd.docker.image.rootfs.diff.tar.gzip' },
      'application/vnd.docker.container.image.v1+json',
      { codec: 'tar+gzip', prefix: 'models/' },
    ],
    ['ModelPack', { type: 'application/vnd.cncf.model.weight.v1.tar' }, EMPTY, { codec: 'tar', prefix: '' }],
    ['KitOps', { type: 'application/vnd.kitops.modelkit.model.v1.tar+gzip' }, EMPTY, { codec: 'tar+gzip', prefix: '' }],
    [
      'a directory of ORAS',
      { type: 'application/vnd.oci.image.layer.v1.tar+gzip', annotations: { ...title('dir'), 'io.deis.oras.content.unpack': 'true' } },
      EMPTY,
      { codec: 'tar+gzip', prefix: '' },
    ],
    ['zstd', { type: 'application/vnd.cncf.model.weight.v1.tar+zstd' }, EMPTY, { codec: 'tar+zstd', prefix: '' }],
  ])('%s', async (_format, layer, config, expected) => {
    const { files, archives } = await resolve({ 'acme/model:v1': artifact([layer], config) });
    expect(files).toEqual([]);
    expect(archives).toEqual([expect.objectContaining(expected)]);
  });
});

describe('an index', () => {
  const child = (name: string) => artifact([{ type: 'application/octet-stream', content: name, annotations: title(name) }]);
  const entry = ({ manifest }: Artifact, extra: object) => ({ ...descriptor(manifest, MANIFEST), ...extra });

  it('leads to the model, past attestations, and keeps the digest that the name has', async () => {
    const [arm, amd, attestation] = [child('arm'), child('amd'), child('attestation')];
    const manifests = [
      entry(attestation, { platform: { os: 'unknown', architecture: 'unknown' } }),
      entry(arm, { platform: { os: 'linux', architecture: 'arm64' } }),
      entry(amd, { platform: { os: 'linux', architecture: 'amd64' } }),
    ];
    const index = packManifest({ schemaVersion: 2, mediaType: INDEX, manifests }, []);
    const found = await resolve({ 'acme/model:v1': index, 'acme/model:arm': arm, 'acme/model:amd': amd, 'acme/model:att': attestation });
    expect(found.files.map(({ path }) => path)).toEqual(['amd']);
    expect(found.revision).toBe(`sha256:${index.manifest.sha256}`);
  });

  it('of nothing is no model', async () => {
    const index = packManifest({ schemaVersion: 2, mediaType: INDEX, manifests: [] }, []);
    await expect(resolve({ 'acme/model:v1': index })).rejects.toMatchObject({ code: 'E_NOT_A_MODEL' });
  });
});
