import { beforeEach, describe, expect, it } from 'vitest';
import {
  IlabError,
  type ModelReader,
  nullProgress,
  type OutgoingFile,
  parseReference,
  planUpload,
  type Registry,
  type RegistryCapabilities,
  type RemoteReference,
  type UploadModelRequest,
  uploadModel,
  type UploadRequest,
} from '../../src/index.ts';
import { manifests } from '../manifests.ts';
import { buildWorld } from '../world.ts';

const STORED = 'quay.io/ai-lab/models/granite:v1.1';
const FORMATS: RegistryCapabilities['upload'] = { pullRequests: false, formats: ['modelpack', 'modelcar'], implicitRepositories: true };

let taken: UploadRequest[];
let read: string[];
let warned: string[];
beforeEach(() => {
  taken = [];
  read = [];
  warned = [];
});

function readsLlama(path: string): Promise<{ readonly architecture: string }> {
  read.push(path);
  return Promise.resolve({ architecture: 'llama' });
}

function world(
  upload: RegistryCapabilities['upload'],
  { files = ['README.md', 'model.gguf'], facts }: { files?: readonly string[]; facts?: ModelReader['facts'] } = {},
) {
  const { deps } = buildWorld({ files: ['./m/ (GGUF)'], tracked: [{ ref: STORED, downloaded: '2026-01-01T00:00:00Z' }] }, {});
  const registry: Registry = {
    source: 'oci',
    capabilities: { versions: false, ...(upload && { upload }) },
    resolve: () => Promise.reject(new Error('asked')),
    locate: () => Promise.reject(new Error('asked')),
    async upload(request) {
      taken.push(request);
      return { revision: 'r', url: 'u', changed: true, sent: 1, here: 0, ignored: [], notices: ['It was packed anew.'] };
    },
  };
  return {
    ...deps,
    registries: { manifests, open: () => Promise.resolve(registry) },
    cache: { ...deps.cache, items: deps.cache.listing, lease: () => Promise.resolve({ end: () => Promise.resolve() }) },
    metadata: { signature: () => Promise.resolve(undefined) },
    outbox: {
      list: (at: string) => Promise.resolve({ files: files.map((path): OutgoingFile => ({ path, size: 1, at: `${at}/${path}`, sha256: path })), refused: {} }),
      prepare: () => Promise.reject(new Error('one by one')),
      prepareAll: (all: readonly OutgoingFile[]) => Promise.resolve(all.map((file) => ({ ...file, sha256: file.sha256 ?? '', async *open() {} }))),
    },
    reader: {
      facts: facts ?? readsLlama,
      code: () => Promise.resolve([]),
    },
    progress: nullProgress,
    logger: { warn: (message: string) => void warned.push(message) },
  };
}

function request(more: Partial<UploadModelRequest> = {}): UploadModelRequest {
  return { model: './m', destination: parseReference('quay.io/me/m:v1', { manifests }) as RemoteReference, ...more };
}

async function upload(deps: ReturnType<typeof world>, wanted: UploadModelRequest): Promise<UploadRequest | undefined> {
  await uploadModel(deps, await planUpload(deps, wanted, {}), {});
  return taken.at(-1);
}

describe('an upload', () => {
  it('tells a registry that has formats what the files say, and hands on what it says to the user', async () => {
    const told = await upload(world(FORMATS), request({ format: 'modelcar' }));
    expect(told).toMatchObject({ format: 'modelcar', facts: { architecture: 'llama', format: 'gguf' } });
    expect(read).toEqual(['/cwd/m']);
    expect(warned).toEqual(['It was packed anew.']);
  });

  it('reads nothing for a registry that has none', async () => {
    expect(await upload(world({ pullRequests: true }), request())).not.toHaveProperty('facts');
    expect(read).toEqual([]);
  });

  it('of some files asks the one model among them, or says nothing', async () => {
    await upload(world(FORMATS), request({ include: ['model.gguf'] }));
    expect(read).toEqual(['./m/model.gguf']);
    const several = world(FORMATS, { files: ['a-Q4_K_M.gguf', 'a-Q8_0.gguf', 'README.md'] });
    expect((await upload(several, request({ exclude: ['README.md'] })))?.facts).toEqual({ format: 'gguf' });
    expect(read).toHaveLength(1);
  });

  it('goes all the same where the files can’t be read', async () => {
    const facts = () => Promise.reject(new IlabError('E_NOT_A_MODEL', 'broken'));
    expect((await upload(world(FORMATS, { facts }), request()))?.facts).toEqual({ format: 'gguf' });
  });

  it('of the store says where the files are from', async () => {
    const told = await upload(world(FORMATS), request({ model: STORED }));
    expect(told?.origin).toEqual({ source: 'oci', host: 'quay.io', repository: 'ai-lab/models/granite', revision: 'revision-of-v1.1' });
    expect(told?.facts?.format).toBe('safetensors');
  });
});

describe('a destination', () => {
  it.each<readonly [string, RegistryCapabilities['upload'], Partial<UploadModelRequest>, RegExp]>([
    ['that takes no uploads', undefined, {}, /can’t be uploaded to/],
    ['that has no formats', { pullRequests: true }, { format: 'modelcar' }, /takes files as they are/],
    ['that has others', FORMATS, { format: 'kit' }, /no format “kit”/],
    ['that knows no pull requests', FORMATS, { createPullRequest: true }, /no pull requests/],
    ['that says itself who sees what', FORMATS, { createRepository: 'public' }, /who may see them/],
  ])('%s refuses it before anything is read', async (_which, capabilities, more, message) => {
    await expect(planUpload(world(capabilities), request(more), {})).rejects.toMatchObject({ code: 'E_USAGE', message: expect.stringMatching(message) });
  });

  it('that makes repositories by itself needs no telling, and takes it', async () => {
    expect(await upload(world(FORMATS), request())).not.toHaveProperty('createRepository');
    expect(await upload(world(FORMATS), request({ createRepository: 'private' }))).toBeDefined();
  });

  it('is not of what a policy does not let be used', async () => {
    const deps = world({ pullRequests: true });
    const settings = { ...deps.settings, signatures: [{ match: '**', mode: 'require' as const, keys: ['/k.pem'], identities: [] }] };
    await expect(planUpload({ ...deps, settings }, request({ model: STORED }), {})).rejects.toMatchObject({ code: 'E_UNTRUSTED', exitCode: 5 });
  });
});
