import { beforeEach, describe, expect, it } from 'vitest';
import { type ForeignFile, type ForeignModel, importModels, type ImportDeps, type ImportRequest, planImport, type RefusedModel } from '../../src/index.ts';
import { commit, createFakes, download, type Fakes, hold, NOW, remoteSnapshot, sha256, taken } from '../fakes/index.ts';

let fakes: Fakes;
let found: (ForeignModel | RefusedModel)[];
let unreadable: Set<string>;
beforeEach(() => {
  fakes = createFakes();
  found = [];
  unreadable = new Set();
});

function deps(): ImportDeps {
  const listed = async function* () {
    yield* found;
  };
  return {
    ...fakes.deps,
    foreign: {
      of: listed,
      at: listed,
      hash: (path) => Promise.resolve(unreadable.has(path) ? undefined : { sha256: sha256(path), gitSha1: sha256(path).slice(0, 40) }),
      revisionOf: (files) => `sha256:${sha256(files.map((file) => file.sha256).join())}`,
    },
  };
}

/** A file that holds its own path; what comes of taking it is `adopted`. */
function file(path: string, given: Partial<ForeignFile> = {}): ForeignFile {
  const at = given.at ?? `/there/${path}`;
  fakes.state.donated.set(at, 'adopted');
  return { path, size: path.length, at, ...given };
}

function model(given: Partial<ForeignModel> = {}): ForeignModel {
  return { tool: 'Tool', from: '/there', name: 'granite', versions: [], files: [file('config.json')], others: [], whole: true, mayLink: false, ...given };
}

async function bringIn(request: ImportRequest = { tool: 'instructlab' }) {
  return importModels(deps(), await planImport(deps(), request, {}), {});
}

describe('an import', () => {
  it('describes before the first file, and moves the name after the last', async () => {
    found = [model({ files: [file('config.json'), file('model.safetensors')] })];
    const { imported } = await bringIn();
    const revision = imported[0]?.revision ?? '';
    expect(taken(fakes).map((entry) => entry.split(' ')[0])).toEqual(['describe', 'adopt', 'adopt', 'name', 'close']);
    expect(fakes.state.versions.get('oci localhost/granite')?.get('latest')).toEqual({
      name: 'latest',
      kind: 'tag',
      revision,
      selectors: [],
      checked: NOW,
      moved: [],
    });
  });

  it('records what came from where, with every hash', async () => {
    found = [
      model({
        repository: 'hf://org/name',
        revision: commit('a'),
        versions: [{ name: 'main', kind: 'branch' }],
        files: [file('a', { digest: `git-sha1:${sha256('/there/a').slice(0, 40)}` })],
        others: [{ path: 'b', size: 1, from: 'b' }],
        whole: false,
      }),
    ];
    expect((await bringIn()).imported).toMatchObject([{ reference: 'huggingface.co/org/name:main', bytes: 1, added: 1 }]);
    const [held] = fakes.state.snapshots.values();
    expect(held?.metadata).toMatchObject({
      source: 'hf',
      revision: commit('a'),
      requested: { reference: 'huggingface.co/org/name', version: 'main', kind: 'branch' },
      files: [{ path: 'a', sha256: sha256('/there/a'), gitSha1: sha256('/there/a').slice(0, 40) }, { path: 'b' }],
      imported: { from: '/there', tool: 'Tool' },
    });
    expect(held?.metadata.partial).toBeUndefined();
    expect(fakes.state.versions.get('hf huggingface.co/org/name')?.get('main')?.selectors).toEqual(['a']);
  });

  it('done twice adds nothing', async () => {
    found = [model()];
    await bringIn();
    taken(fakes);
    const { items } = await planImport(deps(), { tool: 'ollama' }, {});
    expect(items).toMatchObject([{ bytes: 11, here: 11 }]);
    expect((await bringIn()).imported).toMatchObject([{ added: 0 }]);
    expect(taken(fakes).filter((entry) => /^(?:describe|adopt)/.test(entry))).toEqual([]);
  });

  it('of files of an unknown list grows the list, and a download makes it whole', async () => {
    const known = { repository: 'hf://org/name', revision: commit('a'), whole: false } as const;
    const { others: _unknown, ...partial } = model(known);
    for (const path of ['one', 'two']) {
      found = [{ ...partial, files: [file(path)] }];
      await bringIn();
    }
    const [held] = fakes.state.snapshots.values();
    expect(held?.metadata).toMatchObject({ partial: true, files: [{ path: 'one' }, { path: 'two' }] });
    hold(fakes, { 'huggingface.co/org/name:main': remoteSnapshot({ files: { one: 'one', two: 'two', three: 'three' } }) });
    await download(fakes, 'org/name');
    const [whole] = fakes.state.snapshots.values();
    expect(whole?.metadata.files.map(({ path }) => path)).toEqual(['one', 'two', 'three']);
  });

  it.each([
    ['its tool noted another hash of', () => [file('a', { digest: `git-sha1:${commit('0')}` })]],
    ['is damaged', () => [file('a', { digest: `sha256:${sha256('a')}` })]],
  ] as const)('refuses a model with a file that %s, and leaves nothing of it', async (_what, files) => {
    found = [model({ files: files() }), model({ name: 'other', from: '/other' })];
    fakes.state.donated.set('/there/a', 'unlike');
    const { imported, refused } = await bringIn();
    expect(imported).toMatchObject([{ reference: 'localhost/other:latest' }]);
    expect(refused).toMatchObject([{ from: '/there', code: 'E_INTEGRITY', hint: expect.any(String) }]);
    expect([...fakes.state.snapshots.values()].map(({ metadata }) => metadata.repository)).toEqual(['other']);
  });

  it('refuses what is in the store', async () => {
    found = [model()];
    const [one] = (await bringIn()).imported;
    found = [model({ from: `${one?.path}/config.json` }), model({ from: one?.path ?? '' }), model({ from: `${one?.path}-not` })];
    const { items, refused } = await planImport(deps(), { paths: ['x'] }, {});
    expect([items.length, refused.map(({ reason }) => reason)]).toEqual([1, Array(2).fill('It is in the store already.')]);
  });

  it('refuses what can’t be read, and tells what its tool could not be made sense of', async () => {
    found = [model(), { tool: 'Tool', from: '/strange', reason: 'it is no manifest.' }];
    unreadable.add('/there/config.json');
    expect(await bringIn()).toMatchObject({ imported: [], refused: [{ from: '/strange' }, { from: '/there', code: 'E_STORE' }] });
  });
});

describe('names', () => {
  const nameOf = async (given: Partial<ForeignModel>, as?: string) => {
    found = [model(given)];
    const { items, refused } = await planImport(deps(), { tool: 'ollama', ...(as !== undefined && { as }) }, {});
    return items[0] ? `${items[0].name.repository.canonical}:${items[0].name.versions.map(({ name }) => name).join()}` : refused[0]?.reason;
  };

  it.each([
    ['granite', 'granite'],
    ['Granite-7B-lab-Q4_K_M.gguf', 'granite-7b-lab-q4_k_m'],
    ['instructlab/merlinite-7b-lab', 'instructlab/merlinite-7b-lab'],
    ['prometheus-8x7b-v2.0', 'prometheus-8x7b-v2.0'],
    ['My Model (copy) .-_ 2', 'my-model-copy-2'],
    ['__x__', 'x'],
    ['a.__.b', 'a-b'],
    ['größe', 'gr-e'],
    ['模型', 'model'],
    ['../..', 'model'],
    ['\u001b[2J', '2j'],
    [`${'x'.repeat(99)}-y`, 'x'.repeat(99)],
  ])('of “%s” without a repository is localhost/%s', async (name, expected) => {
    expect(await nameOf({ name })).toBe(`localhost/${expected}:latest`);
  });

  it('are those of the tool where it has some that can be said', async () => {
    const versions = ['8b', 'a b', '', '-x', 'v1.0'].map((name) => ({ name, kind: 'tag' as const }));
    expect(await nameOf({ repository: 'oci://registry.ollama.ai/library/llama3', versions })).toBe('registry.ollama.ai/library/llama3:8b,v1.0');
    const branches = ['main', 'refs/pr/3', 'Q4_K_M', 'a b'].map((name) => ({ name, kind: 'branch' as const }));
    expect(await nameOf({ repository: 'hf://org/name', versions: branches })).toBe('huggingface.co/org/name:main,refs/pr/3,Q4_K_M');
    expect(await nameOf({ repository: 'oci://registry.ollama.ai/a b' })).toMatch(/character/);
  });

  it('are what the user says', async () => {
    expect(await nameOf({}, 'quay.io/acme/m:v1')).toBe('quay.io/acme/m:v1');
    expect(await nameOf({ repository: 'hf://org/name' }, 'quay.io/acme/m')).toBe('quay.io/acme/m:latest');
    for (const as of ['quay.io/acme/m#x.gguf', `quay.io/acme/m@sha256:${sha256('x')}`, './m'])
      await expect(nameOf({}, as)).rejects.toMatchObject({ code: 'E_USAGE' });
  });

  it('are not given to two', async () => {
    found = [model(), model()];
    await expect(planImport(deps(), { tool: 'ollama', as: 'quay.io/a/b:v1' }, {})).rejects.toMatchObject({ code: 'E_USAGE' });
    for (const request of [{}, { paths: [] }, { paths: ['x'], tool: 'ollama' as const }])
      await expect(planImport(deps(), request, {})).rejects.toMatchObject({ code: 'E_USAGE' });
  });

  it('follow what they were made of, and never leave another model for it', async () => {
    found = [model()];
    await bringIn();
    found = [model({ files: [file('config.json', { size: 99, at: '/there/changed' })] })];
    const { imported } = await bringIn();
    expect(fakes.state.versions.get('oci localhost/granite')?.get('latest')).toMatchObject({ revision: imported[0]?.revision, moved: [{ until: NOW }] });
    found = [model({ from: '/elsewhere', files: [file('config.json', { at: '/elsewhere/config.json' })] })];
    expect(await bringIn()).toMatchObject({ imported: [], refused: [{ code: 'E_AMBIGUOUS', reason: expect.stringContaining('localhost/granite:latest') }] });
    expect(fakes.state.versions.get('oci localhost/granite')?.get('latest')).toMatchObject({ revision: imported[0]?.revision });
  });

  it('stay where a download put them; what another tool has comes in without', async () => {
    hold(fakes, { 'huggingface.co/org/name:main': remoteSnapshot({ files: { x: 'x' } }) });
    await download(fakes, 'org/name');
    found = [model({ repository: 'hf://org/name', revision: commit('b'), versions: [{ name: 'main', kind: 'branch' }] })];
    expect((await bringIn()).imported).toMatchObject([{ reference: `huggingface.co/org/name:${commit('b')}` }]);
    expect(fakes.state.versions.get('hf huggingface.co/org/name')?.get('main')?.revision).toBe(commit('a'));
  });
});
