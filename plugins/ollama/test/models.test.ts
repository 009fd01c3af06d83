import { type Artifact, ollamaModel, type OllamaLayer, type OllamaRegistry, startOllama } from '@ilab/hub';
import type { PluginContext } from '@ilab/plugin-api';
import { afterEach, describe, expect, it } from 'vitest';
import { createOllamaRegistry } from '../src/ollama-registry.ts';
import { ollamaReference, testContext } from './context.ts';

let server: OllamaRegistry | undefined;
afterEach(() => server?.close());

async function resolve(artifact: Artifact, given: Partial<PluginContext> = {}, version?: string) {
  server = await startOllama({ models: { 'library/tiny:latest': artifact, 'me/mine:latest': artifact }, private: ['me/mine'] });
  const registry = createOllamaRegistry(testContext(given));
  return registry.resolve(ollamaReference(server.host, { repository: 'library/tiny', ...(version !== undefined && { version }) }), {});
}

const paths = async (layers: readonly OllamaLayer[]) => {
  const { files, notices } = await resolve(ollamaModel(layers));
  return { paths: files.map(({ path }) => path), notices };
};

describe('a model of Ollama’s', () => {
  it('is files with names, its configuration among them', async () => {
    const kinds = ['model', 'projector', 'adapter', 'draft', 'template', 'system', 'params', 'messages', 'license', 'license'];
    const found = await paths(kinds.map((kind, index) => ({ kind, content: `${kind} ${index}` })));
    expect(found).toEqual({
      paths: [
        'model.gguf',
        'mmproj.gguf',
        'adapter.gguf',
        'draft.gguf',
        'template',
        'system',
        'params.json',
        'messages.json',
        'LICENSE',
        'LICENSE.2',
        'ollama.json',
      ],
      notices: [],
    });
  });

  it('has the parts of a split one in order', async () => {
    const { paths: found } = await paths(['one', 'two'].map((content) => ({ kind: 'model', content })));
    expect(found).toEqual(['model-00001-of-00002.gguf', 'model-00002-of-00002.gguf', 'ollama.json']);
  });

  it('has tensors under their own names, and says so', async () => {
    const found = await paths([
      { kind: 'tensor', content: 'w', name: 'text_encoder/model.norm.weight' },
      { kind: 'json', content: '{}', name: 'text_encoder/config.json' },
    ]);
    expect(found).toEqual({
      paths: ['text_encoder/model.norm.weight', 'text_encoder/config.json', 'ollama.json'],
      notices: [expect.stringContaining('one tensor a file')],
    });
  });

  it('tells what it leaves out', async () => {
    const found = await paths([
      { kind: 'model', content: 'GGUF' },
      { kind: 'future', content: 'x' },
    ]);
    expect(found).toEqual({ paths: ['model.gguf', 'ollama.json'], notices: [expect.stringContaining('image.future')] });
  });

  it('is the tag “latest” where none is named, and its own digest, which nobody tells', async () => {
    const artifact = ollamaModel([{ kind: 'model', content: 'GGUF' }]);
    expect(await resolve(artifact)).toMatchObject({ version: 'latest', kind: 'tag', revision: `sha256:${artifact.manifest.sha256}` });
    expect(server?.requests.map(({ method, url }) => `${method} ${url}`)).toEqual(['GET /v2/library/tiny/manifests/latest']);
  });

  it('that runs on Ollama’s servers is none', async () => {
    await expect(resolve(ollamaModel([], '{"remote_host":"https://ollama.com:443"}'))).rejects.toMatchObject({
      code: 'E_NOT_A_MODEL',
      message: expect.stringContaining('own servers'),
    });
  });

  it('that is private is not let in, and says which way there is', async () => {
    await resolve(ollamaModel([{ kind: 'model', content: 'GGUF' }]));
    const registry = createOllamaRegistry(testContext());
    await expect(registry.resolve(ollamaReference(server?.host ?? '', { repository: 'me/mine' }), {})).rejects.toMatchObject({
      code: 'E_UNAUTHORIZED',
      hint: expect.stringContaining('import --from ollama'),
    });
  });
});

describe('credentials', () => {
  const found: string[] = [];
  const credentials: NonNullable<PluginContext['credentials']> = {
    async find(host) {
      found.push(host);
      return { kind: 'basic', username: 'me', password: 'secret' };
    },
    store: async () => '',
    erase: async () => [],
  };
  const model = ollamaModel([{ kind: 'model', content: 'GGUF' }]);

  it('of hosts that are nobody’s are not even asked for', async () => {
    await resolve(model, { credentials });
    expect(found).toEqual([]);
    expect(server?.requests[0]?.headers.authorization).toBeUndefined();
  });

  it('go to the host that the user gave to this source', async () => {
    server = await startOllama({ models: { 'library/tiny:latest': model } });
    const registry = createOllamaRegistry(testContext({ credentials, registries: { [server.host]: { source: 'ollama' } } }));
    const snapshot = await registry.resolve(ollamaReference(server.host, { repository: 'library/tiny' }), {});
    expect(found).toEqual([server.host]);
    const authorization = `Basic ${Buffer.from('me:secret').toString('base64')}`;
    expect(server.requests[0]?.headers.authorization).toBe(authorization);
    const [file] = snapshot.files;
    if (!file) throw new Error('it has no files');
    expect(await registry.locate({ snapshot, blob: file.blob }, {})).toEqual({
      url: `http://${server.host}/v2/library/tiny/blobs/${file.blob.digest}`,
      headers: { authorization },
    });
  });
});
