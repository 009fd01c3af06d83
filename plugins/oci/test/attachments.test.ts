import { type Artifact, attach, type Blob, blobOf, BUNDLE_TYPE, descriptor, packModel, referrerOf, snapshotOf, startHub } from '@ilab/hub';
import { expect, it } from 'vitest';
import { createOciRegistry } from '../src/oci-registry.ts';
import { testContext } from './context.ts';

const signed = packModel(snapshotOf({ 'model.gguf': 'GGUF' }));
const other = packModel(snapshotOf({ 'model.gguf': 'another' }));

/** What whoever may push can write about content that is there as its digest says. */
function withSize(content: string, size: number): Artifact {
  return referrerOf(signed, content, { layers: [{ ...descriptor(blobOf(content), BUNDLE_TYPE), size }] });
}

/** A registry that keeps a digest and gives other bytes for it, as many. */
function damaged(content: string): Artifact {
  const { blobs, ...artifact } = referrerOf(signed, content);
  const damage = (blob: Blob): Blob => (blob.size === content.length ? { ...blobOf('x'.repeat(blob.size)), sha256: blob.sha256 } : blob);
  return { ...artifact, blobs: blobs.map(damage) };
}

/** What is found beside a model that all these claim to be about, and how many of them were asked for. */
async function found(claims: readonly Artifact[]): Promise<{ readonly contents: readonly string[]; readonly asked: number }> {
  const hub = await startHub({ models: [], artifacts: { 'acme/m:v1': signed, ...attach('acme/m', signed, claims) } });
  try {
    const revision = `sha256:${signed.manifest.sha256}`;
    const id = { source: 'oci', host: hub.host, repository: 'acme/m', revision };
    const attachments = createOciRegistry(testContext()).attachments?.(id, { mediaTypes: [BUNDLE_TYPE] }) ?? [];
    const contents = (await Array.fromAsync(attachments)).map(({ content }) => Buffer.from(content).toString());
    return { contents, asked: hub.requests.filter(({ url }) => /\/manifests\/sha256:/.test(url)).length };
  } finally {
    await hub.close();
  }
}

it.each<[string, Artifact]>([
  ['is of no version that is known', referrerOf(signed, 'bad', { schemaVersion: 3 })],
  ['is of the first Docker format', referrerOf(signed, 'bad', { schemaVersion: 1 })],
  ['is two things', referrerOf(signed, 'bad', { manifests: [] })],
  ['has no layers', referrerOf(signed, 'bad', { layers: 'none' })],
  ['is larger than any manifest', referrerOf(signed, 'bad', { annotations: { large: 'x'.repeat(5 * 1024 * 1024) } })],
  ['has a layer that is shorter than it says', withSize('bad', 4)],
  ['has a layer that is longer than it says', withSize('bad', 2)],
  ['has a layer that is much longer than it says', withSize('bad '.repeat(2_000_000), 100)],
  ['has a layer that is said to be nothing', withSize('bad', 0)],
  ['names a layer that is not there', referrerOf(signed, 'bad', { layers: [{ mediaType: BUNDLE_TYPE, digest: `sha256:${'0'.repeat(64)}`, size: 3 }] })],
  ['is about another model', referrerOf(other, 'bad')],
])('a referrer that %s keeps no good signature from counting', async (_what, bad) => {
  expect((await found([bad, referrerOf(signed, 'good')])).contents).toEqual(['good']);
});

it('bytes that are not those of their digest are told as damage, good signature or not', async () => {
  await expect(found([damaged('a bundle')])).rejects.toMatchObject({ code: 'E_INTEGRITY' });
  await expect(found([damaged('a bundle'), referrerOf(signed, 'good')])).rejects.toMatchObject({ code: 'E_INTEGRITY' });
});

it('a list without end costs no requests without end', async () => {
  const claims = Array.from({ length: 600 }, (_, index) => referrerOf(other, `${index}`));
  const { contents, asked } = await found(claims);
  expect(contents).toEqual([]);
  expect(asked).toBe(512);
});
