import { readFileSync } from 'node:fs';
import {
  type Artifact,
  blobOf,
  HONEST_MANIFEST,
  HOSTILE_BLOBS,
  type Hub,
  manifestOfDigest,
  manifestOfFile,
  REFUSED_MANIFESTS,
  type SentManifest,
  startHub,
  VERIFIED_MANIFESTS,
} from '@ilab/hub';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOciRegistry } from '../src/oci-registry.ts';
import { ociReference, testContext } from './context.ts';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const corpus = (name: string) => JSON.parse(readFileSync(new URL(`../../../packages/core/hostile/${name}.json`, import.meta.url), 'utf8'));
const digests = corpus('digests') as readonly string[];
const { names } = corpus('names') as { readonly names: readonly { readonly name: string; readonly refused?: true }[] };

let hub: Hub;
const tags = new Map<string, string>();

beforeAll(async () => {
  const artifacts: Record<string, Artifact> = { 'acme/model:good': { mediaType: MANIFEST, manifest: blobOf(HONEST_MANIFEST), blobs: HOSTILE_BLOBS } };
  const add = (name: string, [content, mediaType = MANIFEST]: SentManifest): void => {
    const tag = `t${tags.size}`;
    tags.set(name, tag);
    artifacts[`acme/model:${tag}`] = { mediaType, manifest: blobOf(content), blobs: [] };
  };
  for (const [name, served] of Object.entries({ ...REFUSED_MANIFESTS, ...VERIFIED_MANIFESTS })) add(name, served);
  for (const digest of digests) add(`digest ${digest}`, [manifestOfDigest(digest)]);
  for (const { name, refused } of names) if (refused && name !== '') add(`name ${name}`, [manifestOfFile(name)]);
  hub = await startHub({ models: [], artifacts });
});
afterAll(() => hub.close());

async function resolve(name: string) {
  const asked = hub.requests.length;
  const version = tags.get(name) ?? '';
  try {
    return await createOciRegistry(testContext()).resolve(ociReference(hub.host, { repository: 'acme/model', version }), {});
  } finally {
    const made = hub.requests.slice(asked).map(({ url }) => url);
    for (const url of made) expect(url).toMatch(/^\/v2\/(?:acme\/model\/manifests\/(?:t\d+|sha256:[0-9a-f]{64}))?$/);
  }
}

const refusal = expect.objectContaining({ code: expect.stringMatching(/^E_(?:REGISTRY|NOT_A_MODEL|INTEGRITY)$/) });

describe('a hostile manifest', () => {
  it('comes in enough kinds', () => {
    expect(Object.keys({ ...REFUSED_MANIFESTS, ...VERIFIED_MANIFESTS }).length).toBeGreaterThanOrEqual(60);
  });

  it.each(Object.keys(REFUSED_MANIFESTS))('is refused: %s', async (name) => {
    await expect(resolve(name)).rejects.toEqual(refusal);
  });

  it.each(Object.keys(VERIFIED_MANIFESTS))('is read, every file of it with its digest: %s', async (name) => {
    const { files } = await resolve(name);
    expect(files.length).toBeGreaterThan(0);
    for (const { blob } of files) expect(blob).toMatchObject({ digest: `sha256:${HOSTILE_BLOBS[0].sha256}`, size: 7 });
  });

  it.each(digests)('is refused with the digest %j, before it becomes a request', async (digest) => {
    await expect(resolve(`digest ${digest}`)).rejects.toEqual(refusal);
  });

  it.each(names.filter(({ name, refused }) => refused && name !== ''))('is refused with a file called $name', async ({ name }) => {
    await expect(resolve(`name ${name}`)).rejects.toEqual(refusal);
  });
});
