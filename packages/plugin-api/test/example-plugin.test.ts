import { readFile } from 'node:fs/promises';
import type { HttpResponse, PluginContext, RemoteReference } from '@ilab/plugin-api';
import { describe, expect, it } from 'vitest';
import plugin from './example-plugin.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const reference: RemoteReference = {
  kind: 'remote',
  input: '',
  adapter: 'shelf',
  host: 'shelf.example',
  repository: 'team/granite',
  version: 'v1',
  canonical: 'shelf.example/team/granite:v1',
};

function shelf(status: number, json: unknown) {
  const asked: string[] = [];
  const http = {
    async request({ url }: { url: string }): Promise<HttpResponse> {
      asked.push(url);
      return { status, headers: {}, url, body: new Uint8Array(), text: () => '', json: () => json };
    },
    stream() {
      throw new Error('nothing large is asked for');
    },
  };
  const context: PluginContext = { http, logger: { warn() {}, info() {}, debug() {} }, env: {}, home: '/nowhere', registries: {} };
  return { registry: plugin.createRegistry('shelf', context), asked };
}

describe('the example of docs/plugin-authors.md', () => {
  it.each(['example-plugin.ts', 'example-plugin.package.json'])('stands there as it is here: %s', async (file) => {
    const guide = await readFile(new URL('../../../docs/plugin-authors.md', import.meta.url), 'utf8');
    expect(guide).toContain(await readFile(new URL(`./${file}`, import.meta.url), 'utf8'));
  });

  it('resolves a reference and says where its bytes are', async () => {
    const { registry, asked } = shelf(200, { revision: DIGEST, files: [{ path: 'model.gguf', size: 3, digest: DIGEST }] });
    const snapshot = await registry.resolve(reference, {});
    expect(snapshot).toMatchObject({ revision: DIGEST, kind: 'tag', files: [{ path: 'model.gguf', blob: { size: 3, digest: DIGEST } }] });
    expect(asked).toEqual(['https://shelf.example/team/granite/v1.json']);
    const [file] = snapshot.files;
    expect(file && (await registry.locate({ snapshot, blob: file.blob }, {}))).toEqual({
      url: `https://shelf.example/team/granite/blobs/${DIGEST}`,
      headers: {},
    });
  });

  it.each([
    ['a missing model', 404, {}, 'E_NOT_FOUND'],
    ['a broken server', 500, {}, 'E_REGISTRY'],
    ['an empty model', 200, { revision: DIGEST, files: [] }, 'E_NOT_A_MODEL'],
    ['an answer that is nothing', 200, null, 'E_REGISTRY'],
    ['a path out of the repository', 200, { revision: DIGEST, files: [{ path: '../x', size: 3, digest: DIGEST }] }, 'E_REGISTRY'],
    ['a file without a digest', 200, { revision: DIGEST, files: [{ path: 'x', size: 3 }] }, 'E_REGISTRY'],
  ])('tells %s', async (_what, status, json, code) => {
    await expect(shelf(status, json).registry.resolve(reference, {})).rejects.toMatchObject({ code });
  });
});
