import { createHash } from 'node:crypto';
import type { Http } from '@ilab/plugin-api';
import { describe, expect, it } from 'vitest';
import { createOllamaRegistry } from '../src/ollama-registry.ts';
import { ollamaReference, testContext } from './context.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const MODEL = { mediaType: 'application/vnd.ollama.image.model', digest: DIGEST, size: 4 };
const MANIFEST = { schemaVersion: 2, mediaType: 'application/vnd.docker.distribution.manifest.v2+json', config: { ...MODEL, mediaType: 'x' }, layers: [MODEL] };
const other = { ...MODEL, digest: `sha256:${'b'.repeat(64)}` };

/** A registry that sends just this. */
function sending(body: unknown, status = 200) {
  const bytes = typeof body === 'string' ? Buffer.from(body, 'latin1') : Buffer.from(JSON.stringify(body));
  const http: Http = {
    async request({ url }) {
      return { status, headers: {}, url, body: bytes, text: () => bytes.toString('utf8'), json: () => JSON.parse(bytes.toString('utf8')) as unknown };
    },
    stream: () => Promise.reject(new Error('nothing large is asked for')),
  };
  const registry = createOllamaRegistry(testContext({ http }));
  return {
    resolve: (more: object = {}) => registry.resolve(ollamaReference('registry.ollama.ai', { repository: 'library/x', ...more }), {}),
    revision: createHash('sha256').update(bytes).digest('hex'),
  };
}

describe('an answer that is no manifest', () => {
  it.each<[string, unknown]>([
    ['is a page', '<html>'],
    ['is nothing', ''],
    ['is null', null],
    ['is a list', []],
    ['is no UTF-8', '"\xff"'],
    ['has no version', { ...MANIFEST, schemaVersion: undefined }],
    ['is of Docker’s first format', { ...MANIFEST, schemaVersion: 1 }],
    ['is an index', { ...MANIFEST, mediaType: 'application/vnd.oci.image.index.v1+json' }],
    ['is an index as well', { ...MANIFEST, manifests: [] }],
    ['has no layers', { ...MANIFEST, layers: undefined }],
    ['has a text for layers', { ...MANIFEST, layers: 'x' }],
    ['has too many layers', { ...MANIFEST, layers: Array.from({ length: 20_001 }, () => MODEL) }],
    ['has a layer that is none', { ...MANIFEST, layers: [null] }],
    ['has a layer without a type', { ...MANIFEST, layers: [{ ...MODEL, mediaType: 7 }] }],
    ['has a layer of an endless type', { ...MANIFEST, layers: [{ ...MODEL, mediaType: 'x'.repeat(256) }] }],
    ['has no digest', { ...MANIFEST, layers: [{ ...MODEL, digest: undefined }] }],
    ['has an empty digest', { ...MANIFEST, layers: [{ ...MODEL, digest: '' }] }],
    ['has a digest that is a path', { ...MANIFEST, layers: [{ ...MODEL, digest: 'sha256:../../etc/passwd' }] }],
    ['has a digest in capitals', { ...MANIFEST, layers: [{ ...MODEL, digest: DIGEST.toUpperCase() }] }],
    ['has a digest of a Git blob', { ...MANIFEST, layers: [{ ...MODEL, digest: `git-sha1:${'a'.repeat(40)}` }] }],
    ['has a size below nothing', { ...MANIFEST, layers: [{ ...MODEL, size: -1 }] }],
    ['has a size that is a text', { ...MANIFEST, layers: [{ ...MODEL, size: '4' }] }],
    ['has two sizes for the same bytes', { ...MANIFEST, layers: [MODEL, { ...MODEL, size: 5 }] }],
    ['has a configuration of a wrong digest', { ...MANIFEST, config: { ...MODEL, digest: 'x' } }],
    ['leads out by a name', { ...MANIFEST, layers: [{ ...MODEL, name: '../../x' }] }],
    ['has an absolute name', { ...MANIFEST, layers: [{ ...MODEL, name: '/etc/passwd' }] }],
    ['has a name that is a number', { ...MANIFEST, layers: [{ ...MODEL, name: 7 }] }],
    [
      'has two files of one name',
      {
        ...MANIFEST,
        layers: [
          { ...MODEL, name: 'x' },
          { ...other, name: 'x' },
        ],
      },
    ],
    ['has a file that is called as its configuration', { ...MANIFEST, layers: [{ ...other, name: 'ollama.json' }] }],
  ])('because it %s, is refused', async (_what, body) => {
    await expect(sending(body).resolve()).rejects.toMatchObject({ code: 'E_REGISTRY', message: expect.not.stringMatching(/[\u0000-\u001f]/) });
  });

  it.each([
    ['names nothing', { ...MANIFEST, layers: [{ ...MODEL, mediaType: 'text/plain' }] }],
    ['has no layers at all', { ...MANIFEST, layers: [] }],
  ])('because it %s, is no model', async (_what, body) => {
    await expect(sending(body).resolve()).rejects.toMatchObject({ code: 'E_NOT_A_MODEL' });
  });

  it('is taken where it is sound, so that the others are refused for what they are', async () => {
    const { resolve, revision } = sending(MANIFEST);
    expect(await resolve()).toMatchObject({ revision: `sha256:${revision}`, files: [{ path: 'model.gguf' }, { path: 'ollama.json' }] });
  });

  it('takes an old one without a configuration', async () => {
    expect(await sending({ ...MANIFEST, config: { digest: '' } }).resolve()).toMatchObject({ files: [{ path: 'model.gguf' }] });
  });
});

describe('what was not asked for', () => {
  it('is refused where a digest was', async () => {
    await expect(sending(MANIFEST).resolve({ digest: DIGEST })).rejects.toMatchObject({ code: 'E_INTEGRITY' });
  });

  it.each([
    [401, 'E_UNAUTHORIZED'],
    [403, 'E_FORBIDDEN'],
    [400, 'E_REGISTRY'],
    [500, 'E_REGISTRY'],
    [404, 'E_NOT_FOUND'],
  ])('%i is %s', async (status, code) => {
    await expect(sending({ errors: [{ code: 'X' }] }, status).resolve()).rejects.toMatchObject({ code, hint: expect.stringMatching(/./) });
  });

  it.each(['..', 'a/../b', '.', 'a//b'])('no address is made of the name %j', async (repository) => {
    await expect(sending(MANIFEST).resolve({ repository })).rejects.toMatchObject({ code: 'E_BAD_REFERENCE' });
  });

  it.each(['../x', 'a/b', 'a?b', 'a b', ''])('nor of the tag %j', async (version) => {
    await expect(sending(MANIFEST).resolve({ version })).rejects.toMatchObject({ code: 'E_BAD_REFERENCE' });
  });
});
