import type { Http, HttpRequest } from '@ilab/plugin-api';
import { describe, expect, it } from 'vitest';
import { createModelScopeRegistry } from '../src/modelscope-registry.ts';
import { reference, SECRET, testContext } from './scene.ts';

const SHA256 = 'a'.repeat(64);
const [HEAD, OLDER] = ['b'.repeat(40), 'c'.repeat(40)];
const blob = (path: string, more: object = {}) => ({ Type: 'blob', Path: path, Size: 1, Sha256: SHA256, Revision: HEAD, ...more });
const folder = (path: string) => ({ Type: 'tree', Path: path, Size: 0 });
const REVISIONS = { RevisionMap: { Branches: [{ Revision: 'master' }], Tags: [{ Revision: 'v1' }, { Revision: 'a b' }, { Revision: 7 }] } };

interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Answers lists with what it is told, by the folder that is asked for, and knows two versions. */
function fake(listOf: (root: string, isDeep: boolean) => unknown, more: Answer = {}): Http & { readonly requests: HttpRequest[] } {
  const requests: HttpRequest[] = [];
  return {
    requests,
    async request(request) {
      requests.push(request);
      const { pathname, searchParams } = new URL(request.url);
      const data = pathname.endsWith('/revisions') ? REVISIONS : listOf(searchParams.get('Root') ?? '', searchParams.get('Recursive') === 'True');
      const text = JSON.stringify(more.body ?? { Code: 200, Success: true, Data: data });
      const { status = 200, headers = { 'content-type': 'application/json' } } = more;
      return { status, headers, url: request.url, body: Buffer.from(text), text: () => text, json: () => JSON.parse(text) };
    },
    stream() {
      throw new Error('nothing large is asked for');
    },
  };
}

const list = (files: unknown, latest: unknown = { Id: '', ShortId: HEAD.slice(0, 8) }) => ({ Files: files, LatestCommitter: latest });
const resolveWith = (http: Http, version = 'v1') =>
  createModelScopeRegistry(testContext({ http, env: { MODELSCOPE_API_TOKEN: SECRET } })).resolve(reference('acme/model', version), {});
const resolve = (files: unknown, latest?: unknown, version?: string) =>
  resolveWith(
    fake(() => list(files, latest)),
    version,
  );

describe('a list', () => {
  it.each([
    ['that leads out', [blob('../x')]],
    ['of absolute paths', [blob('/etc/passwd')]],
    ['with control characters', [blob('a\nb')]],
    ['of no paths', [blob(7 as never)]],
    ['without hashes', [blob('a', { Sha256: '' })]],
    ['of hashes that are none', [blob('a', { Sha256: '../'.repeat(21) })]],
    ['of sizes that are none', [blob('a', { Size: -1 })]],
    ['of sizes that are text', [blob('a', { Size: '1' })]],
    ['that says a file twice', [blob('a'), blob('a', { Sha256: 'b'.repeat(64) })]],
    ['that is none', 'no'],
    ['of what is none', [null]],
  ])('%s is refused', async (_what, files) => {
    await expect(resolve(files)).rejects.toMatchObject({ code: 'E_REGISTRY' });
  });

  it('without files is no model, and none at all no version', async () => {
    await expect(resolve([])).rejects.toMatchObject({ code: 'E_NOT_A_MODEL' });
    await expect(resolve(null)).rejects.toMatchObject({ code: 'E_NOT_FOUND', hint: 'It has: master, v1.' });
  });

  it('that is cut off is read folder by folder', async () => {
    const many = (root: string, count: number) => Array.from({ length: count }, (_, index) => blob(`${root}${index}`));
    const http = fake((root, isDeep) => {
      if (root === 'a') return list(many('a/', 2999));
      if (root === 'b') return list(many('b/', 10));
      return list(isDeep ? many('', 3000) : [folder('a'), folder('b'), ...many('', 5)]);
    });
    expect((await resolveWith(http)).files).toHaveLength(2999 + 10 + 5);
    expect(http.requests.filter(({ url }) => url.includes('/repo/files'))).toHaveLength(4);
  });

  it.each([
    ['of one folder', (root: string) => list(Array.from({ length: 3000 }, (_, index) => blob(`${root}/${index}`)))],
    ['of more and more folders', (root: string, isDeep: boolean) => list(isDeep ? Array(3000).fill({}) : [folder(`${root === '' ? '' : `${root}/`}x`)])],
  ])('without end, %s, is given up', async (_what, listOf) => {
    const http = fake(listOf);
    await expect(resolveWith(http)).rejects.toMatchObject({ code: 'E_NOT_A_MODEL' });
    expect(http.requests.length).toBeLessThan(700);
  });

  it('that leads round in circles is refused', async () => {
    const listOf = (root: string, isDeep: boolean) =>
      list(isDeep ? Array.from({ length: 3000 }, (_, index) => blob(`${root}/${index}`)) : [folder(root === '' ? 'a' : 'b')]);
    await expect(resolveWith(fake(listOf))).rejects.toMatchObject({ code: 'E_REGISTRY' });
  });
});

describe('the revision', () => {
  const revision = async (files: unknown, latest?: unknown, version?: string) => (await resolve(files, latest, version)).revision;

  it('is the newest commit, which the hub says in part', async () => {
    expect(await revision([blob('a', { Revision: OLDER }), blob('b')])).toBe(HEAD);
    expect(await revision([blob('a', { Revision: OLDER })], { Id: HEAD })).toBe(HEAD);
  });

  it.each([[null], [{ ShortId: 'd'.repeat(8) }], [{ ShortId: '../' }], [{ Id: 7 }]])(
    'is the hash of all files where the commit can’t be told: %j',
    async (latest) => {
      const found = await revision([blob('a'), blob('b')], latest);
      expect(found).toMatch(/^[0-9a-f]{64}$/);
      expect(await revision([blob('b'), blob('a')], latest)).toBe(found);
      expect(await revision([blob('a'), blob('b', { Size: 2 })], latest)).not.toBe(found);
    },
  );

  it('that was asked for by itself is that, or none', async () => {
    expect(await revision([blob('a')], undefined, HEAD)).toBe(HEAD);
    expect(await revision([blob('a')], { ShortId: 'd'.repeat(8) }, OLDER)).toBe(OLDER);
    await expect(revision([blob('a')], undefined, OLDER)).rejects.toMatchObject({ code: 'E_REGISTRY' });
  });
});

describe('a refusal', () => {
  it.each([
    [401, 'E_UNAUTHORIZED'],
    [403, 'E_FORBIDDEN'],
    [404, 'E_NOT_FOUND'],
    [418, 'E_REGISTRY'],
    [503, 'E_REGISTRY'],
  ])('%i is told, without the token or commands to the terminal in it', async (status, code) => {
    const body = { Success: false, Message: `\u001b[2J of ${SECRET}` };
    const refused = resolveWith(fake(() => undefined, { status, body }));
    await expect(refused).rejects.toMatchObject({ code, hint: expect.stringMatching(/./) });
    await expect(refused).rejects.toMatchObject({ message: expect.not.stringMatching(/secret|\u001b/) });
  });

  it.each([
    [{ headers: { 'content-type': 'text/html' } }, /web page/],
    [{ body: { Success: false } }, /something failed/],
    [{ body: [] }, /something failed/],
    [{ body: { Success: true, Data: null } }, /no data/],
  ])('%j makes no sense', async (answer, message) => {
    await expect(resolveWith(fake(() => list([]), answer))).rejects.toMatchObject({ code: 'E_REGISTRY', message: expect.stringMatching(message) });
  });
});

it('makes no address of what it did not write down itself', async () => {
  const registry = createModelScopeRegistry(testContext());
  const snapshot = { source: 'modelscope', host: 'modelscope.cn', repository: 'acme/model', revision: HEAD };
  for (const id of ['', 'Revision=a', 'Revision=a&FilePath=b&x=y', 'Revision=a&FilePath=b#c', 'FilePath=b&Revision=a']) {
    await expect(registry.locate({ snapshot, blob: { id, size: 1, digest: `sha256:${SHA256}` } }, {})).rejects.toMatchObject({ code: 'E_REGISTRY' });
  }
});

it('leaves out names of versions that no reference could spell', async () => {
  const names: string[] = [];
  const registry = createModelScopeRegistry(testContext({ http: fake(() => list([])) }));
  for await (const { name, kind } of registry.versions?.({ source: 'modelscope', host: 'modelscope.cn', repository: 'acme/model' }, {}) ?? [])
    names.push(`${kind} ${name}`);
  expect(names).toEqual(['branch master', 'tag v1']);
});
