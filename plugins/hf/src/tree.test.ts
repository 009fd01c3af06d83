import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type CannedAnswer, testContext, strictHttp } from '@ilab/testkit';
import { openRepository } from './hub-client.ts';
import { listTree } from './tree.ts';

const COMMIT = 'c'.repeat(40);
const TREE = `https://huggingface.co/api/models/org/name/tree/${COMMIT}`;
const FIRST = `GET ${TREE}?recursive=true&expand=false`;
const SHA1 = 'a'.repeat(40);
const SHA256 = 'b'.repeat(64);

function file(path: unknown, more: object = {}) {
  return { type: 'file', path, size: 3, oid: SHA1, ...more };
}

async function list(answers: Record<string, CannedAnswer>) {
  const http = strictHttp(answers);
  const hub = await openRepository(testContext({ http, env: { HF_TOKEN: 'secret' } }), { host: 'huggingface.co', repository: 'org/name' }, {});
  return { files: await listTree(hub, COMMIT, {}), http };
}

const listing = (json: unknown) => list({ [FIRST]: { json } });

const corpus = (name: string) => JSON.parse(readFileSync(new URL(`../../../packages/core/hostile/${name}.json`, import.meta.url), 'utf8'));
const digests = corpus('digests') as readonly string[];
const { names } = corpus('names') as { readonly names: readonly { readonly name: string; readonly refused?: true }[] };

describe('a hostile list of files', () => {
  const refusal = expect.objectContaining({ code: 'E_REGISTRY' });

  it.each(digests)('is refused with the hash %j', async (oid) => {
    await expect(listing([file('a', { oid })])).rejects.toEqual(refusal);
    // What follows the algorithm, too: it is put behind one here.
    for (const hex of [oid, oid.slice(oid.indexOf(':') + 1)]) {
      if (!/^[0-9a-f]{64}$/.test(hex)) await expect(listing([file('a', { lfs: { oid: hex, size: 3 } })])).rejects.toEqual(refusal);
    }
  });

  it.each(names)('with a file called $name has one verdict', async ({ name, refused }) => {
    const listed = listing([file(name)]);
    if (refused) await expect(listed).rejects.toEqual(refusal);
    else expect((await listed).files).toMatchObject([{ path: name }]);
  });
});

describe('listTree', () => {
  it('tells small files by their Git hash and large ones by sha256', async () => {
    const lfs = { oid: SHA256, size: 5_000_000_000, pointerSize: 135 };
    const { files } = await listing([
      file('config.json'),
      { type: 'directory', path: 'sub', oid: SHA1 },
      file('sub/a b.gguf', { lfs, xetHash: 'd'.repeat(64) }),
    ]);
    expect(files).toEqual([
      { path: 'config.json', blob: { id: 'config.json', size: 3, digest: `git-sha1:${SHA1}` } },
      { path: 'sub/a b.gguf', blob: { id: 'sub/a b.gguf', size: 5_000_000_000, digest: `sha256:${SHA256}` }, xetHash: 'd'.repeat(64) },
    ]);
  });

  it('follows pages at its own endpoint, whatever host and path the link names', async () => {
    const { files, http } = await list({
      [FIRST]: { json: [file('a')], headers: { link: `<https://elsewhere.example/steal?cursor=1&recursive=true>; rel="next"` } },
      [`GET ${TREE}?cursor=1&recursive=true`]: { json: [file('b')], headers: { link: '<?cursor=0>; rel="prev", <?cursor=2>; title="more"; rel=next' } },
      [`GET ${TREE}?cursor=2`]: { json: [file('c')], headers: { link: '<https://huggingface.co/first>; rel="first"' } },
    });
    expect(files.map(({ path }) => path)).toEqual(['a', 'b', 'c']);
    expect(http.requests.map(({ url }) => new URL(url).origin)).toEqual(Array(3).fill('https://huggingface.co'));
  });

  it('ends when a page leads to itself', async () => {
    const link = { link: '<?cursor=1>; rel="next"' };
    const answers = { [FIRST]: { json: [], headers: link }, [`GET ${TREE}?cursor=1`]: { json: [], headers: link } };
    await expect(list(answers)).rejects.toMatchObject({ code: 'E_REGISTRY' });
  });

  it('ends when pages never do', async () => {
    const hub = await openRepository(testContext(), { host: 'huggingface.co', repository: 'org/name' }, {});
    let page = 0;
    const http = {
      ...strictHttp({}),
      request: async (request: { url: string }) => {
        page++;
        return strictHttp({ [`GET ${request.url}`]: { json: [], headers: { link: `<?cursor=${page}>; rel="next"` } } }).request(request, {});
      },
    };
    await expect(listTree({ ...hub, http }, COMMIT, {})).rejects.toMatchObject({ code: 'E_REGISTRY', message: expect.stringContaining('pages') });
  });

  it.each(['../x', 'a/../../x', '/etc/passwd', 'a//b', './a', 'a/', '', 'a\\b', 'a\u0000b', 'a\nb', 'x'.repeat(1025), '\ud800', 7, null])(
    'refuses the path %j',
    async (path) => {
      await expect(listing([file(path)])).rejects.toMatchObject({ code: 'E_REGISTRY' });
    },
  );

  it.each([
    ['a size below nothing', file('a', { size: -1 })],
    ['a size that is no number', file('a', { size: '3' })],
    ['a fraction of a byte', file('a', { size: 1.5 })],
    ['no hash', file('a', { oid: undefined })],
    ['a short hash', file('a', { oid: 'abc' })],
    ['a large file without sha256', file('a', { lfs: { size: 3 } })],
    ['an entry that is no object', 'a'],
  ])('refuses %s', async (_what, entry) => {
    await expect(listing([entry])).rejects.toMatchObject({ code: 'E_REGISTRY' });
  });

  it('refuses a path that is listed twice', async () => {
    await expect(listing([file('a'), file('a')])).rejects.toMatchObject({ code: 'E_REGISTRY', message: expect.stringContaining('twice') });
  });

  it('refuses a list that is none', async () => {
    await expect(listing({ files: [] })).rejects.toMatchObject({ code: 'E_REGISTRY' });
  });

  it('leaves out a Xet hash that is none, since it is only a help', async () => {
    const { files } = await listing([file('a', { xetHash: '../x' })]);
    expect(files).toEqual([{ path: 'a', blob: { id: 'a', size: 3, digest: `git-sha1:${SHA1}` } }]);
  });
});

describe('a listing that is kept', () => {
  const entries = [file('a.bin', { lfs: { oid: SHA256, size: 3 } }), { type: 'directory', path: 'sub' }, file('sub/b')];

  async function listKept(kept: Map<string, string>, answers: Record<string, CannedAnswer>) {
    const http = strictHttp(answers);
    const memory = { get: async (key: string) => kept.get(key), put: async (key: string, text: string) => void kept.set(key, text) };
    const hub = await openRepository(testContext({ http, answers: memory }), { host: 'huggingface.co', repository: 'org/name' }, {});
    return { files: await listTree(hub, COMMIT, {}), asked: http.requests.length };
  }

  it('is asked for once, and tells the same', async () => {
    const kept = new Map<string, string>();
    const first = await listKept(kept, { [FIRST]: { json: entries } });
    expect(first.asked).toBe(1);
    expect(await listKept(kept, {})).toEqual({ files: first.files, asked: 0 });
    expect([...kept.keys()]).toEqual([`hf-tree https://huggingface.co/api/models/org/name ${COMMIT}`]);
  });

  it.each(['', '{', '{}', '[7]', JSON.stringify([file('../x')])])('and was spoilt (%j) is asked for again', async (text) => {
    const kept = new Map([[`hf-tree https://huggingface.co/api/models/org/name ${COMMIT}`, text]]);
    expect((await listKept(kept, { [FIRST]: { json: entries } })).asked).toBe(1);
    expect((await listKept(kept, {})).asked).toBe(0);
  });

  it('is not kept when it makes no sense', async () => {
    const kept = new Map<string, string>();
    await expect(listKept(kept, { [FIRST]: { json: [file('a'), file('a')] } })).rejects.toMatchObject({ code: 'E_REGISTRY' });
    expect(kept.size).toBe(0);
  });
});
