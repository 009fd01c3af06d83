import { describe, expect, it } from 'vitest';
import { testContext, strictHttp } from '@ilab/testkit';
import { openRepository } from './hub-client.ts';
import { listRefs } from './refs.ts';

const A = 'a'.repeat(40);
const B = 'b'.repeat(40);

async function refs(json: unknown) {
  const http = strictHttp({ 'GET https://huggingface.co/api/models/org/name/refs': { json } });
  return listRefs(await openRepository(testContext({ http }), { host: 'huggingface.co', repository: 'org/name' }, {}), {});
}

describe('listRefs', () => {
  it('gives main, the other branches, then the tags, each with its commit', async () => {
    const json = {
      branches: [
        { name: 'dev', ref: 'refs/heads/dev', targetCommit: B },
        { name: 'main', ref: 'refs/heads/main', targetCommit: A },
      ],
      tags: [{ name: 'v1', ref: 'refs/tags/v1', targetCommit: A }],
      converts: [],
    };
    expect(await refs(json)).toEqual([
      { name: 'main', kind: 'branch', revision: A },
      { name: 'dev', kind: 'branch', revision: B },
      { name: 'v1', kind: 'tag', revision: A },
    ]);
  });

  it('leaves out names that nobody could type', async () => {
    const branches = ['main', 'a b', 'x\u001b[31m', 'a:b', ''].map((name) => ({ name, targetCommit: A }));
    expect(await refs({ branches })).toEqual([{ name: 'main', kind: 'branch', revision: A }]);
  });

  it.each([
    ['no object', []],
    ['a list that is none', { branches: 'main' }],
    ['a branch without a name', { branches: [{ targetCommit: A }] }],
    ['a tag that points to no commit', { tags: [{ name: 'v1', targetCommit: 'HEAD' }] }],
  ])('refuses %s', async (_what, json) => {
    await expect(refs(json)).rejects.toMatchObject({ code: 'E_REGISTRY' });
  });
});
