import { packModel, snapshotOf, startHub, type Hub } from '@ilab/hub';
import type { CopyRequest, CopyResult, Http, Progress } from '@ilab/plugin-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createOciRegistry } from '../src/oci-registry.ts';
import { ociReference, testContext } from './context.ts';
import { quiet } from './upload-scene.ts';

const model = packModel(snapshotOf({ 'config.json': '{}', 'model.gguf': 'weights' }));
const revision = `sha256:${model.manifest.sha256}`;
const signature = packModel(snapshotOf({ 'signature.json': 'signed' }));
const SIGNED = `sha256-${model.manifest.sha256}.sig`;

let hub: Hub;
beforeEach(async () => {
  hub = await startHub({ models: [], artifacts: { 'acme/m:v1': model, [`acme/m:${SIGNED}`]: signature } });
});
afterEach(() => hub.close());

type Given = { readonly progress?: Progress; readonly http?: Http };

function copy(more: Partial<CopyRequest> = {}, { progress = quiet, http }: Given = {}): Promise<CopyResult> {
  const destination = ociReference(hub.host, { repository: 'acme/twin', version: 'v2' });
  const { copy: run } = createOciRegistry(testContext(http && { http }));
  const source = { source: 'oci', host: hub.host, repository: 'acme/m', revision };
  return run?.({ source, destination, referrers: true, ...more }, { progress }) ?? Promise.reject(new Error('it can’t copy'));
}

const statusOf = async (path: string): Promise<number> => (await fetch(`${hub.url}/v2/acme/twin/manifests/${path}`)).status;
const written = (): readonly string[] => hub.requests.filter(({ method }) => method === 'PUT').map(({ url }) => url.replace(/\?.*/, ''));

describe('a copy', () => {
  it('takes along what cosign kept under its older tag, and names the model last', async () => {
    expect(await copy()).toMatchObject({ revision, referrers: 1, changed: true, url: `${hub.host}/acme/twin:v2@${revision}` });
    expect([await statusOf('v2'), await statusOf(SIGNED)]).toEqual([200, 200]);
    expect(written().at(-1)).toBe('/v2/acme/twin/manifests/v2');
  });

  it('leaves it where it is, if that is wanted', async () => {
    expect(await copy({ referrers: false })).toMatchObject({ referrers: 0 });
    expect([await statusOf('v2'), await statusOf(SIGNED)]).toEqual([200, 404]);
  });

  it('leaves a tag alone that somebody else moved meanwhile', async () => {
    const theirs = JSON.stringify({ schemaVersion: 2, mediaType: model.mediaType, layers: [], config: { mediaType: 'x/y', digest: revision, size: 1 } });
    const headers = { 'content-type': model.mediaType };
    const { http } = testContext();
    const meanwhile: Http = {
      ...http,
      async request(request, options) {
        const isManifest = request.method === 'PUT' && request.url.endsWith(revision);
        if (isManifest) await fetch(`${hub.url}/v2/acme/twin/manifests/v2`, { method: 'PUT', headers, body: theirs });
        return http.request(request, options);
      },
    };
    await expect(copy({}, { http: meanwhile })).rejects.toMatchObject({ code: 'E_CONFLICT', side: 'target' });
    expect(await (await fetch(`${hub.url}/v2/acme/twin/manifests/v2`)).text()).toBe(theirs);
  });

  it('tells of what goes, by the names of files', async () => {
    const seen: string[] = [];
    const progress: Progress = { plan() {}, begin: ({ label }) => ({ at() {}, end: (outcome) => void seen.push(`${label} ${outcome}`) }) };
    const copied = await copy({ destination: ociReference(hub.host, { repository: 'acme/twin', version: 'v3' }) }, { progress });
    expect(copied.sent + copied.here).toBeGreaterThanOrEqual('{}weights'.length);
    expect(seen).toEqual(expect.arrayContaining([expect.stringMatching(/^model\.gguf (?:sent|linked)$/)]));
  });
});
