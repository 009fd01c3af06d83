import { type Artifact, attach, blobOf, BUNDLE_TYPE, descriptor, type Hub, packModel, referrerOf, snapshotOf, startHub } from '@ilab/hub';
import type { CopyResult, Http } from '@ilab/plugin-api';
import { afterEach, expect, it } from 'vitest';
import { createOciRegistry } from '../src/oci-registry.ts';
import { ociReference, testContext } from './context.ts';
import { quiet } from './upload-scene.ts';

const model = packModel(snapshotOf({ 'config.json': '{}', 'model.gguf': 'weights' }));
const revision = `sha256:${model.manifest.sha256}`;
const SIGNED = `sha256-${model.manifest.sha256}.sig`;
const good = referrerOf(model, 'good');
const digestOf = ({ manifest }: Artifact): string => `sha256:${manifest.sha256}`;
const tooLong = (content: string): Artifact =>
  referrerOf(model, content, { layers: [{ ...descriptor(blobOf(content), BUNDLE_TYPE), size: content.length + 1 }] });

let hub: Hub | undefined;
afterEach(() => hub?.close());

/** Copies a model, and what these make of it, to another registry. */
async function copyBeside(referrers: readonly Artifact[], more: Readonly<Record<string, Artifact>> = {}, refused: readonly Artifact[] = []) {
  const from = await startHub({ models: [], artifacts: { 'acme/m:v1': model, ...attach('acme/m', model, referrers), ...more } });
  hub = await startHub({ models: [] });
  try {
    const { copy } = createOciRegistry(testContext({ http: refusing(refused) }));
    const source = { source: 'oci', host: from.host, repository: 'acme/m', revision };
    const destination = ociReference(hub.host, { repository: 'acme/twin', version: 'v2' });
    return await (copy?.({ source, destination, referrers: true }, { progress: quiet }) as Promise<CopyResult>);
  } finally {
    await from.close();
  }
}
/** Of a registry that does not take these; what else it says is its own. */
function refusing(refused: readonly Artifact[]): Http {
  const { http } = testContext();
  return {
    ...http,
    async request(request, options) {
      const answer = await http.request(request, options);
      return request.method === 'PUT' && refused.some((one) => request.url.endsWith(digestOf(one))) ? { ...answer, status: 415 } : answer;
    },
  };
}

const statusOf = async (path: string): Promise<number> => (await fetch(`${hub?.url}/v2/acme/twin/manifests/${path}`)).status;

it('nonsense that somebody pushed is left out and told, and a good signature arrives', async () => {
  const bad = tooLong('bad');
  const copied = await copyBeside([bad, good], { [`acme/m:${SIGNED}`]: tooLong('worse') });
  expect(copied).toMatchObject({ referrers: 1, leftOut: [digestOf(bad), SIGNED] });
  expect(copied.notices).toEqual([expect.stringContaining(digestOf(bad)), expect.stringContaining(SIGNED)]);
  expect(await Promise.all(['v2', digestOf(good), digestOf(bad), SIGNED].map(statusOf))).toEqual([200, 200, 404, 404]);
});

it('of a flood of nonsense no more is told than anybody reads', async () => {
  const flood = Array.from({ length: 60 }, (_, at) => referrerOf(model, `${at}`, { schemaVersion: 3 }));
  const copied = await copyBeside([...flood, good]);
  expect(copied.leftOut).toHaveLength(60);
  expect(copied.notices).toHaveLength(21);
  expect(copied.notices?.at(-1)).toContain('40 more');
  expect(await statusOf(digestOf(good))).toBe(200);
});

it('without nonsense nothing is told', async () => {
  expect(Object.keys(await copyBeside([good]))).toEqual(['revision', 'url', 'changed', 'sent', 'here', 'referrers']);
});

it('what the destination refuses is left out, unless it takes none of it', async () => {
  const other = referrerOf(model, 'other');
  expect(await copyBeside([other, good], {}, [other])).toMatchObject({
    referrers: 1,
    leftOut: [digestOf(other)],
    notices: [expect.stringContaining('refuses it')],
  });
  await hub?.close();
  await expect(copyBeside([other, good], {}, [other, good])).rejects.toMatchObject({
    code: 'E_REGISTRY',
    message: expect.stringContaining('this kind of manifest'),
  });
});
