import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rawArchive } from '@ilab/hub';
import { createIlab, type Ilab } from '@ilab/sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const CLAIM = 'ai.instructlab.ilab.snapshot';
const NAME = 'org.opencontainers.image.ref.name';
const WEIGHTS = 'weights';
const COMMIT = 'a'.repeat(40);

type Json = Record<string, unknown>;
interface Parts {
  readonly title?: string;
  readonly content?: string;
  readonly name?: string;
  readonly layer?: Json;
  readonly manifest?: Json;
  readonly entry?: Json;
  readonly claim?: Json | string;
  /** Written instead of the manifest's own bytes. */
  readonly manifestBytes?: string;
  readonly layers?: readonly Json[];
  readonly without?: 'layer' | 'config' | 'manifest';
}

/** An archive of one model, with whatever is wrong in it. */
function archive(parts: Parts = {}): Buffer {
  const { title = 'model.gguf', content = WEIGHTS, name = 'quay.io/acme/m:v1' } = parts;
  const layer = {
    mediaType: 'application/x.file',
    digest: `sha256:${sha256(WEIGHTS)}`,
    size: WEIGHTS.length,
    annotations: { 'org.opencontainers.image.title': title },
    ...parts.layer,
  };
  const config = { mediaType: 'application/vnd.oci.empty.v1+json', digest: `sha256:${sha256('{}')}`, size: 2 };
  const value = JSON.stringify({ schemaVersion: 2, mediaType: MANIFEST, config, layers: parts.layers ?? [layer], ...parts.manifest });
  const digest = sha256(value);
  const claim = typeof parts.claim === 'object' ? JSON.stringify(parts.claim) : parts.claim;
  const annotations = { [NAME]: name, ...(claim !== undefined && { [CLAIM]: claim }) };
  const entry = { mediaType: MANIFEST, digest: `sha256:${digest}`, size: Buffer.byteLength(value), annotations, ...parts.entry };
  const blobs = [
    ...(parts.without === 'manifest' ? [] : [[digest, parts.manifestBytes ?? value] as const]),
    ...(parts.without === 'layer' ? [] : [[sha256(WEIGHTS), content] as const]),
    ...(parts.without === 'config' ? [] : [[sha256('{}'), '{}'] as const]),
  ];
  return rawArchive({
    members: [
      { name: 'oci-layout', content: '{"imageLayoutVersion":"1.0.0"}' },
      { name: 'index.json', content: JSON.stringify({ schemaVersion: 2, manifests: [entry] }) },
      ...blobs.map(([hex, bytes]) => ({ name: `blobs/sha256/${hex}`, content: bytes })),
    ],
  });
}

const claim = (changes: Json = {}) => ({
  source: 'hf',
  host: 'huggingface.co',
  repository: 'acme/m',
  revision: COMMIT,
  version: 'main',
  kind: 'branch',
  ...changes,
});
const HUB = { name: 'huggingface.co/acme/m:main' };

let home: string;
let ilab: Ilab;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'ilab-hostile-loads-'));
  mkdirSync(join(home, 'user'));
  ilab = await createIlab({ home: join(home, 'user'), cwd: home, env: { ILAB_OFFLINE: '1' } });
});
afterEach(async () => {
  await ilab.close();
  await rm(home, { recursive: true, force: true });
});

async function load(bytes: Buffer, as?: string) {
  writeFileSync(join(home, 'x.tar'), bytes);
  return ilab.models.load({ path: join(home, 'x.tar'), ...(as !== undefined && { as }) });
}

/** Regular files with weights in them, and everything outside of the user's home. */
function left(directory = join(home, 'user')): readonly string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter(
    (path) => lstatSync(join(directory, path)).isFile() && !/\/\.[^/]+$|\.staging|\.lock/.test(`/${path}`),
  );
}

const CASES: readonly (readonly [string, Parts])[] = [
  ['a layer of other bytes', { content: 'WEIGHTS' }],
  ['a layer of fewer bytes', { content: 'w' }],
  ['a layer of more bytes', { content: 'weights and more' }],
  ['a layer that is not there', { without: 'layer' }],
  ['a manifest that is not there', { without: 'manifest' }],
  ['a manifest of other bytes', { manifestBytes: JSON.stringify({ schemaVersion: 2 }) }],
  ['a manifest whose size lies', { entry: { size: 10 } }],
  ['a layer whose size lies', { layer: { size: 1_000_000 } }],
  ['a layer whose size is none', { layer: { size: -1 } }],
  ['a layer whose digest is none', { layer: { digest: 'sha256:../../x' } }],
  ['a layer of a weak digest', { layer: { digest: `md5:${'a'.repeat(32)}` } }],
  ...['../evil', '/evil', 'a/../../../evil', 'a/./b', '.', '..', 'a//b', 'a\\b', 'a\0b', 'a\nb', 'x'.repeat(5000)].map(
    (title) => [`a file called ${JSON.stringify(title).slice(0, 30)}`, { title }] as const,
  ),
  [
    'two files of one name',
    {
      layers: ['a', 'b'].map((text) => ({
        mediaType: 'application/x',
        digest: `sha256:${sha256(text)}`,
        size: 1,
        annotations: { 'org.opencontainers.image.title': 'x' },
      })),
    },
  ],
  ['no files', { layers: [] }],
  ['a manifest that is an index, too', { manifest: { manifests: [] } }],
  ['a manifest of the first schema', { manifest: { schemaVersion: 1 } }],
  ['a media type of an index', { entry: { mediaType: 'application/vnd.oci.image.index.v1+json' } }],
  ...[
    '../../etc/passwd',
    '/etc/passwd',
    './m',
    'm',
    'v1',
    'acme',
    '~/x',
    'file:///etc/passwd',
    'quay.io/acme/../../m:v1',
    'quay.io/acme/m:../v1',
    'QUAY.IO/Acme/M:v1:v2',
    'quay.io/acme/m:v1#x',
    'a\nb',
    '',
  ].map((name) => [`a model called ${JSON.stringify(name)}`, { name }] as const),
  ['a model of the Hub that says nothing of its commit', HUB],
  ['a digest that its manifest does not have', { name: `quay.io/acme/m@sha256:${'a'.repeat(64)}` }],
  ['a claim that is no JSON', { ...HUB, claim: '{' }],
  ['a claim that is null', { ...HUB, claim: 'null' }],
  ['a claim larger than any', { ...HUB, claim: claim({ more: 'x'.repeat(9000) }) }],
  ['a claim of another repository', { ...HUB, claim: claim({ repository: 'other/m' }) }],
  ['a claim of another host', { ...HUB, claim: claim({ host: 'evil.example' }) }],
  ['a claim of another source', { ...HUB, claim: claim({ source: 'oci' }) }],
  ['a claim of another version', { ...HUB, claim: claim({ version: 'v2' }) }],
  ['a claim without a revision', { ...HUB, claim: claim({ revision: undefined }) }],
  ['a claim of a revision that leads out', { ...HUB, claim: claim({ revision: '../../x' }) }],
  ['a claim of a kind that is none', { ...HUB, claim: claim({ kind: 'x' }) }],
  [
    'a claim of a digest that nothing proves',
    { claim: { ...claim(), source: 'oci', host: 'quay.io', revision: `sha256:${'b'.repeat(64)}`, version: 'v1', kind: 'tag' } },
  ],
  ['a claimed model with a file that leads out', { ...HUB, claim: claim(), title: '../evil' }],
  ['a claimed model of other bytes', { ...HUB, claim: claim(), content: 'WEIGHTS' }],
];

describe('an archive that is loaded', () => {
  it('is loaded where nothing is wrong with it', async () => {
    for (const parts of [{}, { ...HUB, claim: claim() }]) {
      const [model] = await load(archive(parts));
      expect(readFileSync(join(model?.path ?? '', 'model.gguf'), 'utf8')).toBe(WEIGHTS);
    }
  });
  it.each(CASES)('is refused for %s, and nothing of it stays or gets out', async (_what, parts) => {
    await expect(load(archive(parts))).rejects.toMatchObject({ code: expect.stringMatching(/^E_(?!INTERNAL)/) });
    expect(
      left().filter((path) =>
        readFileSync(join(home, 'user', path), 'utf8')
          .toLowerCase()
          .includes(WEIGHTS),
      ),
    ).toEqual([]);
    expect(readdirSync(home).sort()).toEqual(['user', 'x.tar']);
    expect((await ilab.models.list()).models).toEqual([]);
    expect(existsSync(join(tmpdir(), 'evil'))).toBe(false);
  });
  it('does not change what the registry said of a revision', async () => {
    await load(archive({ ...HUB, claim: claim() }));
    const other = 'other bytes';
    const changed = archive({ ...HUB, claim: claim(), layer: { digest: `sha256:${sha256(other)}`, size: other.length } });
    await expect(load(changed)).rejects.toMatchObject({ code: 'E_INTEGRITY' });
    const [model] = await load(archive({ ...HUB, claim: claim() }));
    expect(readFileSync(join(model?.path ?? '', 'model.gguf'), 'utf8')).toBe(WEIGHTS);
  });
});
