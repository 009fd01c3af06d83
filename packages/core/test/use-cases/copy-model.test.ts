import { beforeEach, describe, expect, it } from 'vitest';
import {
  type CopyModelRequest,
  type CopyRequest,
  copyModel,
  nullProgress,
  parseReference,
  planCopy,
  type Registry,
  type RemoteReference,
  type RemoteSnapshot,
  type UploadRequest,
} from '../../src/index.ts';
import { remoteArchive, remoteSnapshot } from '../fakes/registry.ts';
import { manifests } from '../manifests.ts';

const HUB = remoteSnapshot({ files: { 'config.json': '{}', 'a-Q4_K_M.gguf': 'four', 'a-Q8_0.gguf': 'eight' } });
const DIGEST = `sha256:${'d'.repeat(64)}`;
const OCI = remoteSnapshot({
  source: 'oci',
  host: 'quay.io',
  repository: 'org/name',
  revision: DIGEST,
  version: 'v1',
  kind: 'tag',
  files: { 'model.gguf': 'm' },
});

let copies: CopyRequest[];
let uploads: UploadRequest[];
beforeEach(() => {
  copies = [];
  uploads = [];
});

function world(snapshots: Readonly<Record<'hf' | 'oci', RemoteSnapshot>> = { hf: HUB, oci: OCI }) {
  const registryOf = (source: 'hf' | 'oci'): Registry => ({
    source,
    capabilities: { versions: false, upload: { pullRequests: source === 'hf', ...(source === 'oci' && { formats: ['modelpack'] }) }, copy: source === 'oci' },
    resolve: () => Promise.resolve(snapshots[source]),
    locate: () => Promise.reject(new Error('located')),
    async upload(request) {
      uploads.push(request);
      return { revision: 'r', url: 'u', changed: true, sent: 3, here: 0, ignored: [], packed: 'modelpack', notices: ['told'] };
    },
    ...(source === 'oci' && {
      async copy(request: CopyRequest) {
        copies.push(request);
        return { revision: DIGEST, url: 'u', changed: true, sent: 1, here: 0, referrers: 2, leftOut: ['sha256:bad'], notices: ['left out'] };
      },
    }),
  });
  const warned: string[] = [];
  return {
    registries: { manifests, open: (source: string) => Promise.resolve(registryOf(source === 'hf' ? 'hf' : 'oci')) },
    settings: { registries: {}, signatures: [] },
    remoteReader: {
      async *read() {},
      prepare: ({ file }: { readonly file: RemoteSnapshot['files'][number] }) =>
        Promise.resolve({ path: file.path, size: file.blob.size, sha256: file.blob.digest.slice(7), async *open() {} }),
    },
    progress: nullProgress,
    clock: { now: () => new Date(0) },
    logger: { warn: (message: string) => void warned.push(message) },
    warned,
  };
}

const reference = (text: string) => parseReference(text, { manifests }) as RemoteReference;

function request(source: string, destination: string, more: Partial<CopyModelRequest> = {}): CopyModelRequest {
  return { source: reference(source), destination: reference(destination), ...more };
}

describe('a copy between registries of one kind', () => {
  it('is of the whole, under the same version, with what is attached', async () => {
    const deps = world();
    const plan = await planCopy(deps, request('quay.io/org/name:v1', 'ghcr.io/me/name'), {});
    expect(plan).toMatchObject({ way: 'whole', bytes: 1, destination: { canonical: 'ghcr.io/me/name:v1' } });
    expect(await copyModel(deps, plan, {})).toMatchObject({
      revision: DIGEST,
      referrers: 2,
      leftOut: ['sha256:bad'],
      reference: 'ghcr.io/me/name:v1',
      source: { revision: DIGEST },
    });
    expect(deps.warned).toEqual(['left out']);
    expect(copies).toMatchObject([{ source: { host: 'quay.io', repository: 'org/name', revision: DIGEST }, referrers: true }]);
    expect(uploads).toEqual([]);
  });

  it('takes a version of its own, and leaves the attached where that is wanted', async () => {
    const deps = world();
    const plan = await planCopy(deps, request('quay.io/org/name:v1', 'ghcr.io/me/name:v2', { referrers: false }), {});
    await copyModel(deps, plan, {});
    expect(copies).toMatchObject([{ destination: { version: 'v2' }, referrers: false }]);
  });

  it.each<Partial<CopyModelRequest>>([{ include: ['*.gguf'] }, { exclude: ['a'] }, { format: 'modelpack' }, { description: 'x' }])(
    'is not made into something else: %j',
    async (more) => {
      await expect(planCopy(world(), request('quay.io/org/name:v1', 'ghcr.io/me/name', more), {})).rejects.toMatchObject({ code: 'E_USAGE' });
    },
  );
});

describe('a copy between kinds', () => {
  it('sends files, and says where they are from', async () => {
    const deps = world();
    const plan = await planCopy(deps, request('org/name', 'quay.io/me/name:v1'), {});
    expect(plan).toMatchObject({ way: 'files', bytes: 11 });
    expect(await copyModel(deps, plan, {})).toMatchObject({ files: 3, packed: 'modelpack', sent: 3 });
    expect(uploads).toMatchObject([{ origin: { source: 'hf', repository: 'org/name', revision: HUB.revision }, facts: { format: 'gguf' } }]);
    expect(uploads[0]?.files.map(({ path }) => path)).toEqual(HUB.files.map(({ path }) => path));
    expect(deps.warned).toEqual(['told']);
  });

  it('sends those that are chosen, of which there has to be one', async () => {
    const chosen = await planCopy(world(), request('org/name#Q4_K_M', 'quay.io/me/name:v1', { exclude: ['x*'] }), {});
    expect(chosen.files.map(({ path }) => path)).toEqual(['a-Q4_K_M.gguf']);
    await expect(planCopy(world(), request('org/name', 'quay.io/me/name', { include: ['none'] }), {})).rejects.toMatchObject({ code: 'E_NOT_FOUND' });
  });

  it('can’t send what is packed away', async () => {
    const packed = { ...OCI, archives: [remoteArchive('tar')] };
    await expect(planCopy(world({ hf: HUB, oci: packed }), request('quay.io/org/name:v1', 'me/name'), {})).rejects.toMatchObject({ code: 'E_USAGE' });
  });

  it('checks the destination before it asks the source', async () => {
    const deps = world();
    await expect(planCopy(deps, request('org/name', 'quay.io/me/name', { createPullRequest: true }), {})).rejects.toMatchObject({ code: 'E_USAGE' });
    await expect(planCopy(deps, request('org/name', `quay.io/me/name@${DIGEST}`), {})).rejects.toMatchObject({ code: 'E_USAGE' });
  });
});
