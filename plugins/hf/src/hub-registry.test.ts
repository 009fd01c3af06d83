import type { PluginContext, RemoteReference } from '@ilab/plugin-api';
import { describe, expect, it } from 'vitest';
import { type CannedAnswer, testContext, strictHttp } from '@ilab/testkit';
import { createHubRegistry } from './hub-registry.ts';

const COMMIT = '3f2a1b0c9d8e7f60514233241506978877665544';
const API = 'https://huggingface.co/api/models/org/name';
const EXPAND = '?expand=sha&expand=gated';
const TREE = { [`GET ${API}/tree/${COMMIT}?recursive=true&expand=false`]: { json: [{ type: 'file', path: 'a#b.gguf', size: 3, oid: 'a'.repeat(40) }] } };
const REFS = { [`GET ${API}/refs`]: { json: { branches: [{ name: 'main', targetCommit: COMMIT }], tags: [{ name: 'v1', targetCommit: COMMIT }] } } };

function reference(more: Partial<RemoteReference> = {}): RemoteReference {
  return { kind: 'remote', input: '', adapter: 'hf', host: 'huggingface.co', repository: 'org/name', canonical: 'huggingface.co/org/name', ...more };
}

function revision(version: string, answer: CannedAnswer = { json: { id: 'org/name', sha: COMMIT } }) {
  return { [`GET ${API}/revision/${version}${EXPAND}`]: answer };
}

function resolve(answers: Record<string, CannedAnswer>, { context = {}, ...asked }: Partial<RemoteReference> & { context?: Partial<PluginContext> } = {}) {
  const http = strictHttp(answers);
  const registry = createHubRegistry(testContext({ http, ...context }));
  return { http, snapshot: registry.resolve(reference(asked), {}) };
}

describe('resolve', () => {
  it('takes one revision call and one listing for main', async () => {
    const { http, snapshot } = resolve({ ...revision('main'), ...TREE });
    expect(await snapshot).toEqual({
      source: 'hf',
      host: 'huggingface.co',
      repository: 'org/name',
      revision: COMMIT,
      version: 'main',
      kind: 'branch',
      files: [{ path: 'a#b.gguf', blob: { id: 'a#b.gguf', size: 3, digest: `git-sha1:${'a'.repeat(40)}` } }],
      archives: [],
      notices: [],
    });
    expect(http.requests).toHaveLength(2);
  });

  it('answers with plain data', async () => {
    const snapshot = await resolve({ ...revision('main'), ...TREE }).snapshot;
    expect(structuredClone(snapshot)).toEqual(snapshot);
  });

  it('tells tags from branches', async () => {
    expect(await resolve({ ...revision('v1'), ...TREE, ...REFS }, { version: 'v1' }).snapshot).toMatchObject({ kind: 'tag', version: 'v1' });
    expect(await resolve({ ...revision('dev'), ...TREE, ...REFS }, { version: 'dev' }).snapshot).toMatchObject({ kind: 'branch', version: 'dev' });
  });

  it('asks for a pull request as one segment', async () => {
    const { snapshot } = resolve({ ...revision('refs%2Fpr%2F3'), ...TREE }, { version: 'refs/pr/3' });
    expect(await snapshot).toMatchObject({ kind: 'branch', version: 'refs/pr/3' });
  });

  it.each([COMMIT, COMMIT.slice(0, 7)])('takes the commit %s for what it is: no name that could move', async (version) => {
    const found = await resolve({ ...revision(version), ...TREE }, { version }).snapshot;
    expect(found).toMatchObject({ kind: 'commit', revision: COMMIT });
    expect(found).not.toHaveProperty('version');
  });

  it('refuses another commit than the one asked for', async () => {
    const version = 'f'.repeat(40);
    await expect(resolve(revision(version), { version }).snapshot).rejects.toMatchObject({ code: 'E_REGISTRY' });
  });

  it('sends the token with every request to the Hub', async () => {
    const { http, snapshot } = resolve({ ...revision('main'), ...TREE }, { context: { env: { HF_TOKEN: 'secret' } } });
    await snapshot;
    expect(http.requests.map(({ headers }) => headers?.['authorization'])).toEqual(['Bearer secret', 'Bearer secret']);
  });

  it('names the versions there are when one is missing', async () => {
    const missing = revision('v9', { status: 404, headers: { 'x-error-code': 'RevisionNotFound' }, json: { error: 'Invalid rev id' } });
    await expect(resolve({ ...missing, ...REFS }, { version: 'v9' }).snapshot).rejects.toMatchObject({
      code: 'E_NOT_FOUND',
      message: expect.stringContaining('v9'),
      hint: 'It has: main, v1.',
    });
  });

  it('finds out what is missing at Hubs that don’t say', async () => {
    const missing = revision('v9', { status: 404, json: { error: 'Not found' } });
    await expect(resolve({ ...missing, ...REFS }, { version: 'v9' }).snapshot).rejects.toMatchObject({ hint: 'It has: main, v1.' });
    const nothing = { [`GET ${API}/refs`]: { status: 404, json: { error: 'Not found' } } };
    await expect(resolve({ ...missing, ...nothing }, { version: 'v9' }).snapshot).rejects.toMatchObject({
      code: 'E_NOT_FOUND',
      message: expect.stringContaining('“org/name” was not found'),
    });
  });

  it('says the version is missing also when the list of versions can’t be had', async () => {
    const missing = revision('v9', { status: 404, headers: { 'x-error-code': 'RevisionNotFound' }, json: {} });
    const refs = { [`GET ${API}/refs`]: { status: 503, json: {} } };
    await expect(resolve({ ...missing, ...refs }, { version: 'v9' }).snapshot).rejects.toMatchObject({
      code: 'E_NOT_FOUND',
      message: expect.stringContaining('v9'),
    });
  });

  it('refuses a repository without files, or without a commit', async () => {
    const empty = { [`GET ${API}/tree/${COMMIT}?recursive=true&expand=false`]: { json: [] } };
    await expect(resolve({ ...revision('main'), ...empty }).snapshot).rejects.toMatchObject({ code: 'E_NOT_A_MODEL' });
    await expect(resolve(revision('main', { json: { id: 'org/name', sha: null } })).snapshot).rejects.toMatchObject({ code: 'E_NOT_A_MODEL' });
  });

  it('says before the first byte that the files of a gated repository are closed', async () => {
    const answers = {
      ...revision('main', { json: { id: 'org/name', sha: COMMIT, gated: 'manual' } }),
      ...TREE,
      [`HEAD https://huggingface.co/org/name/resolve/${COMMIT}/a%23b.gguf`]: { status: 403, headers: { 'x-error-code': 'GatedRepo' } },
    };
    await expect(resolve(answers, { context: { env: { HF_TOKEN: 'secret' } } }).snapshot).rejects.toMatchObject({ code: 'E_FORBIDDEN' });
  });

  it('lets through who has access to a gated repository', async () => {
    const answers = {
      ...revision('main', { json: { id: 'org/name', sha: COMMIT, gated: 'auto' } }),
      ...TREE,
      [`HEAD https://huggingface.co/org/name/resolve/${COMMIT}/a%23b.gguf`]: { status: 302, headers: { location: 'https://cdn.example/x' } },
    };
    expect(await resolve(answers).snapshot).toMatchObject({ revision: COMMIT });
  });

  it('warns of a renamed repository, and louder of a new owner', async () => {
    const renamed = (id: string) => resolve({ ...revision('main', { json: { id, sha: COMMIT } }), ...TREE }).snapshot;
    expect((await renamed('org/new')).notices).toEqual(['“org/name” is called “org/new” now.']);
    expect((await renamed('other/name')).notices?.[0]).toContain('another owner');
  });

  it('refuses digests: the revisions of a Hub are commits', async () => {
    await expect(resolve({}, { digest: `sha256:${'a'.repeat(64)}` }).snapshot).rejects.toMatchObject({ code: 'E_BAD_REFERENCE' });
  });

  it('does not take a web page for a Hub', async () => {
    const page = { headers: { 'content-type': 'text/html; charset=utf-8' }, body: '<!doctype html>' };
    await expect(resolve(revision('main', page)).snapshot).rejects.toMatchObject({ code: 'E_REGISTRY', message: expect.stringContaining('Hugging Face Hub') });
  });

  it.each([[[]], [{}], [{ sha: 'main' }], [{ sha: 7 }]])('refuses the revision %j', async (json) => {
    await expect(resolve(revision('main', { json })).snapshot).rejects.toMatchObject({ code: 'E_REGISTRY' });
  });
});

describe('holds', () => {
  const holds = (answer: CannedAnswer) =>
    createHubRegistry(testContext({ http: strictHttp({ [`GET ${API}/revision/${COMMIT}?expand=sha`]: answer, ...REFS }) })).holds?.(
      { source: 'hf', host: 'huggingface.co', repository: 'org/name', revision: COMMIT },
      {},
    );

  it('knows a commit that is part of the history from one that is not', async () => {
    expect(await holds({ json: { sha: COMMIT } })).toBe(true);
    expect(await holds({ status: 404, headers: { 'x-error-code': 'RevisionNotFound' } })).toBe(false);
    expect(await holds({ json: { sha: 'a'.repeat(40) } })).toBe(false);
  });

  it('does not take a repository that can’t be seen for one without history', async () => {
    await expect(holds({ status: 401, headers: { 'x-error-code': 'RepoNotFound' } })).rejects.toMatchObject({ code: 'E_NOT_FOUND' });
    await expect(holds({ status: 503 })).rejects.toMatchObject({ code: 'E_REGISTRY' });
  });
});

it.each(['HF_HUB_OFFLINE', 'TRANSFORMERS_OFFLINE'])('%s keeps from asking at all', async (variable) => {
  const { http, snapshot } = resolve({}, { context: { env: { [variable]: '1' } } });
  await expect(snapshot).rejects.toMatchObject({ code: 'E_OFFLINE', message: expect.stringContaining(variable), hint: expect.stringContaining(variable) });
  expect(http.requests).toEqual([]);
  expect(await resolve({ ...revision('main'), ...TREE }, { context: { env: { [variable]: '0' } } }).snapshot).toMatchObject({ revision: COMMIT });
});

describe('locate', () => {
  const blob = { id: 'sub dir/a#b.gguf', size: 3, digest: `git-sha1:${'a'.repeat(40)}` } as const;
  const id = { source: 'hf', host: 'huggingface.co', repository: 'org/name', revision: COMMIT };

  it('gives the address of the file at its commit, and the token for it, without asking', async () => {
    const registry = createHubRegistry(testContext({ env: { HF_TOKEN: 'secret' } }));
    expect(await registry.locate({ snapshot: id, blob }, {})).toEqual({
      url: `https://huggingface.co/org/name/resolve/${COMMIT}/sub%20dir/a%23b.gguf`,
      headers: { authorization: 'Bearer secret' },
    });
  });

  it('sends the token nowhere but to the Hub it belongs to', async () => {
    const registry = createHubRegistry(testContext({ env: { HF_TOKEN: 'secret' }, registries: { 'hub.example': { source: 'hf' } } }));
    expect(await registry.locate({ snapshot: { ...id, host: 'hub.example' }, blob }, {})).toMatchObject({
      url: expect.stringMatching(/^https:\/\/hub\.example\//),
      headers: {},
    });
  });

  it('refuses a snapshot that is no commit', async () => {
    await expect(createHubRegistry(testContext()).locate({ snapshot: { ...id, revision: 'main' }, blob }, {})).rejects.toMatchObject({ code: 'E_REGISTRY' });
  });
});
