import { beforeEach, describe, expect, it } from 'vitest';
import { literalReference, type PullPolicy, type ResolvedModel, resolveModel } from '../../src/index.ts';
import { commit, createFakes, download, type Fakes, hold, remoteSnapshot, STORE, taken } from '../fakes/index.ts';

const MAIN = 'huggingface.co/org/granite-GGUF:main';
const FILES = { 'README.md': 'read', 'granite-Q4_K_M.gguf': 'four', 'granite-Q8_0.gguf': 'eight' };
const DIRECTORY = `${STORE}/huggingface.co/org/granite-GGUF/@${commit('a')}`;

let fakes: Fakes;
beforeEach(() => {
  fakes = createFakes({ aliases: { mine: 'huggingface.co/org/granite-GGUF:main' } });
  hold(fakes, { [MAIN]: remoteSnapshot({ repository: 'org/granite-GGUF', files: FILES }) });
});

function resolve(value: string, pull?: PullPolicy): Promise<ResolvedModel> {
  return resolveModel(fakes.deps, { value, ...(pull && { pull }) }, {});
}

function offline(): void {
  fakes = { ...fakes, deps: { ...fakes.deps, settings: { ...fakes.deps.settings, offline: true } } };
}

describe('every way to write --model', () => {
  it.each([
    'huggingface.co/org/granite-GGUF:main',
    'huggingface.co/org/granite-GGUF/main',
    'huggingface.co/org/granite-GGUF/main/granite-Q4_K_M.gguf',
    'huggingface.co/org/granite-GGUF',
    'hf.co/org/granite-GGUF:Q4_K_M',
    'HF.co/org/granite-GGUF:q4_k_m',
    'https://huggingface.co/org/granite-GGUF',
    'https://huggingface.co/org/granite-GGUF/tree/main',
    'https://huggingface.co/org/granite-GGUF/blob/main/granite-Q4_K_M.gguf',
    'hf://org/granite-GGUF@main',
    'hf://org/granite-GGUF@main/granite-Q4_K_M.gguf',
    'org/granite-GGUF',
    'org/granite-GGUF:main',
    'org/granite-GGUF#granite-Q4_K_M.gguf',
    'org/granite-GGUF:main#*Q4*.gguf',
    `org/granite-GGUF:${commit('a')}`,
    'granite-GGUF',
    'granite-GGUF:main',
    'granite-GGUF:q4_k_m',
    'granite-GGUF#Q4_K_M',
    'granite-Q4_K_M',
    'granite-Q4_K_M.gguf',
    'mine',
    'mine#Q4_K_M',
    'mine:Q4_K_M',
    `${STORE}/huggingface.co/org/granite-GGUF/main`,
    DIRECTORY,
    `${DIRECTORY}/granite-Q4_K_M.gguf`,
  ])('%s leads to the same place', async (value) => {
    await download(fakes, 'org/granite-GGUF');
    if (value.startsWith(STORE)) fakes.paths.set(value, { kind: 'model', path: value, format: 'gguf', files: [] });
    expect(await resolve(value)).toMatchObject({ path: `${DIRECTORY}/granite-Q4_K_M.gguf`, revision: commit('a'), origin: 'tracked', downloaded: false });
  });

  it.each([
    'huggingface.co/org/granite-GGUF:main',
    'hf.co/org/granite-GGUF',
    'https://huggingface.co/org/granite-GGUF/tree/main',
    'hf://org/granite-GGUF@main',
    'org/granite-GGUF',
    'mine',
  ])('%s is fetched when it is not here', async (value) => {
    expect(await resolve(value)).toMatchObject({
      path: `${DIRECTORY}/granite-Q4_K_M.gguf`,
      reference: 'huggingface.co/org/granite-GGUF:main#granite-Q4_K_M.gguf',
      version: 'main',
      origin: 'remote',
      downloaded: true,
      because: 'remote, not here yet',
    });
  });
});

describe('resolveModel', () => {
  it('fetches only what the selector names', async () => {
    expect((await resolve('org/granite-GGUF:Q8_0')).path).toBe(`${DIRECTORY}/granite-Q8_0.gguf`);
    expect(fakes.log.filter((entry) => entry.startsWith('locate'))).toEqual(['locate granite-Q8_0.gguf']);
  });

  it('tells every step', async () => {
    expect((await resolve('mine')).steps.map(({ step }) => step)).toEqual(['alias', 'store', 'remote', 'path', 'store']);
  });

  it('finds a commit again that was written otherwise than the registry does', async () => {
    const { version: _version, ...revision } = remoteSnapshot({ repository: 'org/granite-GGUF', kind: 'commit', files: FILES });
    hold(fakes, { 'huggingface.co/org/granite-GGUF:aaaaaaa': revision });
    expect(await resolve('org/granite-GGUF:aaaaaaa#Q8_0')).toMatchObject({ path: `${DIRECTORY}/granite-Q8_0.gguf`, revision: commit('a'), downloaded: true });
  });

  it('takes a path that is a model as it is, before anything tracked', async () => {
    await download(fakes, 'org/granite-GGUF');
    fakes.paths.set('granite-GGUF', { kind: 'model', path: '/cwd/granite-GGUF', format: 'safetensors', files: ['config.json'] });
    expect(await resolve('granite-GGUF')).toMatchObject({
      origin: 'path',
      path: '/cwd/granite-GGUF',
      reference: '/cwd/granite-GGUF',
      name: '/cwd/granite-GGUF',
    });
  });

  it.each([
    ['nonsense name', 'E_BAD_REFERENCE'],
    ['granite-13b', 'E_NOT_FOUND'],
    ['./granite', 'E_NOT_FOUND'],
    ['./notes', 'E_NOT_A_MODEL'],
    ['org/other', 'E_NOT_FOUND'],
  ])('ends for %s with %s', async (value, code) => {
    fakes.paths.set('./notes', { kind: 'not-a-model', path: '/cwd/notes', reason: 'it has no config.json' });
    await expect(resolve(value)).rejects.toMatchObject({ code });
  });

  it.each(['granite-GGUF:Q8_0', 'granite-GGUF#Q8_0'])('names the quantisations that are here where %s is not', async (value) => {
    await download(fakes, 'org/granite-GGUF#Q4_K_M');
    await expect(resolve(value)).rejects.toMatchObject({
      code: 'E_NOT_FOUND',
      message: `${value} is not here.`,
      hint: expect.stringContaining(`Here are huggingface.co/org/granite-GGUF: main (Q4_K_M). To fetch it: ilab model download huggingface.co/org/${value}`),
    });
    await expect(resolve('granite-GGUF@Q4_K_M')).rejects.toMatchObject({
      hint: expect.stringMatching(/granite-GGUF: main \(Q4_K_M\)\..*: ilab model download huggingface\.co\/org\/granite-GGUF@Q4_K_M$/),
    });
    await expect(resolve('granite-GGUF:v2')).rejects.toMatchObject({ hint: expect.stringContaining('huggingface.co/org/granite-GGUF: main. To') });
  });

  it('keeps what was asked for in how to fetch what nothing here is called', async () => {
    await expect(resolve('llama-GGUF:Q8_0')).rejects.toMatchObject({
      hint: 'Fetch it by its whole name, as ORGANISATION/llama-GGUF:Q8_0, or set an alias: ilab model alias set llama-GGUF REF',
    });
  });

  it('keeps the version that an alias pins where only files are named', async () => {
    fakes = createFakes({ aliases: { pinned: 'org/granite-GGUF:v1', digested: `quay.io/a/b:v1@sha256:${'a'.repeat(64)}` } });
    const canonical = (text: string) => literalReference(text, { grammar: fakes.deps.registries, aliases: fakes.deps.settings.aliases }).canonical;
    expect(canonical('pinned:Q8_0')).toBe('huggingface.co/org/granite-GGUF:v1#Q8_0');
    expect(canonical('pinned@Q8_0')).toBe('huggingface.co/org/granite-GGUF@Q8_0');
    expect(canonical('pinned:v2#Q8_0')).toBe('huggingface.co/org/granite-GGUF:v2#Q8_0');
    expect(canonical('digested#x.gguf')).toBe(`quay.io/a/b:v1@sha256:${'a'.repeat(64)}#x.gguf`);
    expect(canonical('digested:Q8_0')).toBe('quay.io/a/b:Q8_0');
  });

  it('does not pick one of several by chance', async () => {
    hold(fakes, {
      'quay.io/team/granite-GGUF:latest': remoteSnapshot({ source: 'oci', host: 'quay.io', repository: 'team/granite-gguf', version: 'latest', files: FILES }),
    });
    hold(fakes, { 'huggingface.co/other/granite-GGUF:main': remoteSnapshot({ repository: 'other/granite-GGUF', files: FILES }) });
    await download(fakes, 'org/granite-GGUF');
    await download(fakes, 'other/granite-GGUF');
    const candidates = ['huggingface.co/org/granite-GGUF:main#granite-Q4_K_M.gguf', 'huggingface.co/other/granite-GGUF:main#granite-Q4_K_M.gguf'];
    await expect(resolve('granite-GGUF')).rejects.toMatchObject({ code: 'E_AMBIGUOUS', details: { candidates } });
  });
});

describe('the pull policy', () => {
  const better = { ...FILES, 'granite-Q4_K_M.gguf': 'four!' };
  const newer = () => hold(fakes, { [MAIN]: remoteSnapshot({ repository: 'org/granite-GGUF', revision: commit('b'), files: better }) });

  it('missing asks no registry for what is here', async () => {
    await download(fakes, 'org/granite-GGUF');
    newer();
    taken(fakes);
    expect(await resolve('org/granite-GGUF', 'missing')).toMatchObject({ revision: commit('a') });
    expect(taken(fakes)).toEqual([]);
  });

  it('never says what to run for what is not here', async () => {
    await expect(resolve('org/granite-GGUF:Q8_0', 'never')).rejects.toMatchObject({
      code: 'E_NOT_FOUND',
      hint: 'Fetch it: ilab model download huggingface.co/org/granite-GGUF#Q8_0',
    });
    expect(fakes.log).toEqual([]);
  });

  it.each(['newer', 'always'] as const)('%s asks where the name points, and fetches what has changed', async (pull) => {
    await download(fakes, 'org/granite-GGUF');
    taken(fakes);
    expect(await resolve('org/granite-GGUF', pull)).toMatchObject({ revision: commit('a'), downloaded: false, because: `remote, pull policy ${pull}` });
    expect(taken(fakes)[0]).toBe(`resolve ${MAIN}`);
    newer();
    expect(await resolve('org/granite-GGUF', pull)).toMatchObject({ revision: commit('b'), downloaded: true });
    expect(fakes.log.filter((entry) => entry.startsWith('locate'))).toEqual(['locate granite-Q4_K_M.gguf']);
  });

  it('newer resolves nothing where the registry says that the name has not moved', async () => {
    hold(fakes, { [MAIN]: remoteSnapshot({ repository: 'org/granite-GGUF', files: { 'granite-Q4_K_M.gguf': 'four' } }) });
    fakes.world.revisions = true;
    await download(fakes, 'org/granite-GGUF');
    taken(fakes);
    const found = await resolve('org/granite-GGUF', 'newer');
    expect(found).toMatchObject({ revision: commit('a'), origin: 'remote', downloaded: false, because: 'remote, pull policy newer' });
    expect(taken(fakes)).toEqual([`revision ${MAIN}`]);
    newer();
    expect(await resolve('org/granite-GGUF', 'newer')).toMatchObject({ revision: commit('b'), downloaded: true });
  });

  it.each(['newer', 'always'] as const)('%s does not ask about a revision, which can’t change', async (pull) => {
    await download(fakes, 'org/granite-GGUF');
    taken(fakes);
    expect(await resolve(`org/granite-GGUF:${commit('a')}`, pull)).toMatchObject({ origin: 'tracked' });
    expect(taken(fakes)).toEqual([]);
  });

  it('is the configured one, unless another is given', async () => {
    fakes = createFakes({ pull: 'never' });
    hold(fakes, { [MAIN]: remoteSnapshot({ repository: 'org/granite-GGUF', files: FILES }) });
    await expect(resolve('org/granite-GGUF')).rejects.toMatchObject({ code: 'E_NOT_FOUND' });
    expect(await resolve('org/granite-GGUF', 'missing')).toMatchObject({ downloaded: true });
  });
});

describe('offline', () => {
  it.each(['missing', 'newer', 'always'] as const)('uses what is here, with the policy %s', async (pull) => {
    await download(fakes, 'org/granite-GGUF');
    offline();
    taken(fakes);
    expect(await resolve('org/granite-GGUF', pull)).toMatchObject({ origin: 'tracked', downloaded: false });
    expect(taken(fakes)).toEqual([]);
  });

  it('says what to run with a network for what is not here', async () => {
    offline();
    await expect(resolve('org/granite-GGUF')).rejects.toMatchObject({
      code: 'E_OFFLINE',
      hint: 'With a network: ilab model download huggingface.co/org/granite-GGUF',
    });
    expect(fakes.log).toEqual([]);
  });

  it('does not take half a model for one', async () => {
    await download(fakes, 'org/granite-GGUF#Q4_K_M');
    offline();
    await expect(resolve('org/granite-GGUF:Q8_0')).rejects.toMatchObject({ code: 'E_OFFLINE' });
  });
});
