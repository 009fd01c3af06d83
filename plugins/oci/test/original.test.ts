import type { UploadOrigin, UploadRequest } from '@ilab/plugin-api';
import { beforeEach, describe, expect, it } from 'vitest';
import { upload } from '../src/upload/upload.ts';
import { ociReference } from './context.ts';
import { type MemoryTarget, memoryTarget } from './memory-target.ts';
import { digest, file, quiet } from './upload-scene.ts';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

const files = [file('config.json', '{"a": 1}'), file('model.gguf', 'weights')];
const CONFIG = '{"model_format": "gguf"}';
const described = (bytes: string, mediaType: string) => ({ mediaType, digest: digest(bytes), size: bytes.length });
const titled = (bytes: string, title: string) => ({ ...described(bytes, 'application/x'), annotations: { 'org.opencontainers.image.title': title } });
/** As somebody else’s tool would have it: spaces, its own types, its own order. */
const THEIRS = {
  schemaVersion: 2,
  mediaType: MANIFEST,
  config: described(CONFIG, 'application/x-config'),
  layers: [titled('weights', 'model.gguf'), titled('{"a": 1}', 'config.json')],
  annotations: { theirs: 'yes' },
};

let target: MemoryTarget;
let origin: MemoryTarget;
beforeEach(() => {
  target = memoryTarget();
  origin = memoryTarget();
  origin.blobs.set(digest(CONFIG), Buffer.from(CONFIG));
});

function from(manifest: Readonly<Record<string, unknown>> & { readonly mediaType: string }, host = 'r.example'): UploadOrigin {
  const content = JSON.stringify(manifest, undefined, 2);
  const revision = digest(content);
  return { source: 'oci', host, repository: 'theirs/model', revision, manifest: { digest: revision, mediaType: manifest.mediaType, content } };
}

function push(request: Partial<UploadRequest>) {
  const destination = ociReference('q.example', { repository: 'acme/model', version: 'v1' });
  return upload({ target, origin: async () => origin }, { destination, files, ...request }, { progress: quiet });
}

describe('what came from a registry', () => {
  it('goes as it came, byte for byte, with its configuration from where it came', async () => {
    const kept = from(THEIRS);
    const result = await push({ origin: kept });
    expect(result).toMatchObject({ packed: 'original', revision: kept.revision, notices: [], sent: 15 });
    expect(String(target.blobs.get(kept.revision))).toBe(kept.manifest?.content);
    expect(String(target.blobs.get(digest(CONFIG)))).toBe(CONFIG);
  });

  it('asks nobody for the configuration where the destination has it, or it is empty, or a file', async () => {
    origin.blobs.clear();
    target.blobs.set(digest(CONFIG), Buffer.from(CONFIG));
    expect(await push({ origin: from(THEIRS) })).toMatchObject({ packed: 'original' });
    expect(await push({ origin: from({ ...THEIRS, config: described('{}', 'application/vnd.oci.empty.v1+json') }) })).toMatchObject({ packed: 'original' });
    expect(await push({ origin: from({ ...THEIRS, config: described('{"a": 1}', 'application/x-config') }) })).toMatchObject({ packed: 'original' });
  });

  it.each<readonly [string, Partial<UploadRequest>, string]>([
    ['some of its files are left out', { files: files.slice(1) }, 'not all of its files'],
    ['others go along', { files: [...files, file('more')] }, 'not all of its files'],
    ['a file is another', { files: [file('config.json', '{"a": 2}'), file('model.gguf', 'weights')] }, 'not all of its files'],
    ['it is an index', { origin: from({ schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests: [] }) }, 'it is an index'],
    [
      'it holds archives',
      { origin: from({ ...THEIRS, layers: [...THEIRS.layers, described('tar', 'application/vnd.cncf.model.weight.v1.tar')] }) },
      'archives',
    ],
    ['it has layers without names', { origin: from({ ...THEIRS, layers: [...THEIRS.layers, described('x', 'application/x')] }) }, 'no files'],
    ['its configuration is gone', { origin: from({ ...THEIRS, config: described('gone', 'application/x') }) }, 'configuration'],
  ])('is packed anew, and says so, where %s', async (_why, request, reason) => {
    const { packed, notices } = await push({ origin: from(THEIRS), ...request });
    expect(packed).toBe('modelpack');
    expect(notices).toEqual([expect.stringContaining(reason)]);
  });

  it.each<Partial<UploadRequest>>([{ format: 'modelpack' }, { format: 'modelcar' }, { description: 'Mine' }])(
    'is packed anew where that was asked for: %j',
    async (request) => {
      const { packed, notices } = await push({ origin: from(THEIRS), ...request });
      expect(packed).toBe(request.format ?? 'modelpack');
      expect(notices).toEqual([]);
    },
  );

  it('from elsewhere has no manifest to keep', async () => {
    const hub = { source: 'hf', host: 'huggingface.co', repository: 'org/m', revision: 'abc' };
    expect(await push({ origin: hub })).toMatchObject({ packed: 'modelpack', notices: [] });
  });
});
