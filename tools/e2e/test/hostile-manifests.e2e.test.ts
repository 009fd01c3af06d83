import { readdirSync } from 'node:fs';
import { type Artifact, blobOf, HOSTILE_BLOBS, HONEST_MANIFEST, REFUSED_MANIFESTS, VERIFIED_MANIFESTS } from '@ilab/hub';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OCI_MANIFEST, type Shelf, stockShelf } from '../src/index.ts';

const all = Object.entries({ ...REFUSED_MANIFESTS, ...VERIFIED_MANIFESTS });
const tagOf = (name: string): string => `m${all.findIndex(([other]) => other === name)}`;
const artifact = (content: string, mediaType = OCI_MANIFEST): Artifact => ({ mediaType, manifest: blobOf(content), blobs: HOSTILE_BLOBS });

let shelf: Shelf;
let untouched: readonly string[];
beforeAll(async () => {
  const hostile = all.map(([name, sent]) => [`hostile:${tagOf(name)}`, artifact(...sent)] as const);
  shelf = await stockShelf({ honest: artifact(HONEST_MANIFEST), 'hostile:good': artifact(HONEST_MANIFEST), ...Object.fromEntries(hostile) });
  await shelf.bring('honest');
  untouched = files();
});
afterAll(() => shelf.close());

/** All but what the store keeps for itself. */
function files(): readonly string[] {
  return readdirSync(shelf.root, { recursive: true })
    .map(String)
    .filter((path) => !path.includes('.store'))
    .sort();
}

describe('a download by a hostile manifest', () => {
  it('comes in enough kinds', () => expect(all.length).toBeGreaterThanOrEqual(60));

  it.each(Object.keys(REFUSED_MANIFESTS))('is refused, and puts nothing anywhere: %s', async (name) => {
    const downloading = shelf.ilab.models.download({ reference: `${shelf.hub.host}/shelf/hostile:${tagOf(name)}` });
    await expect(downloading).rejects.toMatchObject({ code: expect.stringMatching(/^E_(?:REGISTRY|NOT_A_MODEL|INTEGRITY)$/) });
    expect(files()).toEqual(untouched);
  });

  it.each(Object.keys(VERIFIED_MANIFESTS))('brings nothing that was not verified: %s', async (name) => {
    const reference = `${shelf.hub.host}/shelf/hostile:${tagOf(name)}`;
    const asked = shelf.hub.requests.length;
    const { bytes, files: brought } = await shelf.ilab.models.download({ reference });
    expect(bytes).toBe(7 * brought.length);
    const { ok, bad, missing, skipped } = await shelf.ilab.models.verify({ references: [reference] });
    expect({ ok: ok.length, bad, missing, skipped }).toEqual({ ok: 1, bad: [], missing: [], skipped: [] });
    // Addresses elsewhere are no addresses.
    for (const { url } of shelf.hub.requests.slice(asked)) expect(url).toMatch(/^\/v2\/(?:shelf\/hostile\/|$)/);
    await shelf.ilab.models.remove(await shelf.ilab.models.planRemoval({ reference }));
    untouched = files();
  });
});
