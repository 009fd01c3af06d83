import { beforeEach, describe, expect, it } from 'vitest';
import { listOutdated, type RemoteSnapshot, updateModels, type UpdateRequest } from '../../src/index.ts';
import { commit, createFakes, download, type Fakes, hold, remoteSnapshot, sha256, taken } from '../fakes/index.ts';

const MAIN = 'huggingface.co/org/name:main';
const OCI = 'quay.io/team/m:v2';
const FILES = { 'm-Q4_K_M.gguf': 'four', 'm-Q8_0.gguf': 'eight' };
const digest = (text: string): string => `sha256:${sha256(text)}`;
const oci = (given: Parameters<typeof remoteSnapshot>[0] = {}): RemoteSnapshot =>
  remoteSnapshot({ source: 'oci', host: 'quay.io', repository: 'team/m', version: 'v2', kind: 'tag', revision: digest('2'), files: FILES, ...given });

let fakes: Fakes;
beforeEach(async () => {
  fakes = createFakes();
  fakes.world.revisions = true;
  hold(fakes, { [MAIN]: remoteSnapshot({ files: FILES }), [OCI]: oci() });
  await download(fakes, MAIN, { include: ['m-Q4_K_M.gguf'] });
  await download(fakes, OCI);
  taken(fakes);
});

const grammar = () => ({ manifests: fakes.deps.registries.manifests, registries: fakes.deps.settings.registries });
const outdated = (options = {}) => listOutdated({ ...fakes.deps, grammar: grammar(), aliases: {} }, options);
const update = (request: UpdateRequest = {}, options = {}) => updateModels(fakes.deps, request, options);
const move = (): void => hold(fakes, { [MAIN]: remoteSnapshot({ revision: commit('b'), files: { ...FILES, 'm-Q4_K_M.gguf': 'better' } }) });

describe('listOutdated', () => {
  it('has nothing while no name has moved, and asks each once, without resolving it', async () => {
    expect(await outdated()).toMatchObject({ models: [], adapters: [], checkpoints: [] });
    expect([...taken(fakes)].sort()).toEqual([`revision ${MAIN}`, `revision ${OCI}`]);
  });

  it('has what moved, and where to', async () => {
    move();
    expect((await outdated()).models).toEqual([expect.objectContaining({ reference: MAIN, revision: commit('a'), outdated: true, now: commit('b') })]);
  });

  it('says what can’t be known, and why, beside what can; a host that is silent is asked once', async () => {
    hold(fakes, {
      'quay.io/team/m:v3': oci({ version: 'v3', revision: digest('3') }),
      'ghcr.io/a/b:v1': oci({ host: 'ghcr.io', repository: 'a/b', version: 'v1' }),
    });
    for (const one of ['quay.io/team/m:v3', 'ghcr.io/a/b:v1']) await download(fakes, one);
    fakes.world.down.add('quay.io');
    fakes.world.snapshots.delete('ghcr.io/a/b:v1');
    move();
    const { models } = await outdated();
    expect(models.map(({ reference, outdated: old, problem }) => [reference, old, problem?.code])).toEqual([
      ['ghcr.io/a/b:v1', undefined, 'E_NOT_FOUND'],
      [MAIN, true, undefined],
      [OCI, undefined, 'E_NETWORK'],
      ['quay.io/team/m:v3', undefined, 'E_NETWORK'],
    ]);
    expect(models[2]?.problem).toEqual({ code: 'E_NETWORK', message: 'quay.io: nobody answers there.', hint: 'Check the network.' });
  });

  it('resolves where a source has no cheaper way', async () => {
    fakes.world.revisions = false;
    move();
    expect((await outdated()).models.map(({ now }) => now)).toEqual([commit('b')]);
  });

  it('leaves revisions, models of nowhere and what is used in place alone', async () => {
    hold(fakes, { [`huggingface.co/org/name:${commit('c')}`]: remoteSnapshot({ revision: commit('c'), kind: 'commit', version: commit('c'), files: FILES }) });
    await download(fakes, `org/name:${commit('c')}`);
    taken(fakes);
    await outdated();
    expect(taken(fakes)).toHaveLength(2);
  });

  it('ends with the signal', async () => {
    await expect(outdated({ signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('updateModels', () => {
  it('only tells, where it is to check', async () => {
    move();
    expect(await update({ check: true })).toEqual([
      { reference: MAIN, revision: commit('a'), state: 'outdated', now: commit('b') },
      { reference: OCI, revision: digest('2'), state: 'current', now: digest('2') },
    ]);
    expect(taken(fakes).filter((line) => !line.startsWith('revision'))).toEqual([]);
  });

  it('fetches what moved, as much of it as was asked for', async () => {
    move();
    const [first, second] = await update();
    expect(first).toMatchObject({ reference: MAIN, state: 'updated', revision: commit('a'), now: commit('b'), fetched: 'better'.length });
    expect(second).toMatchObject({ reference: OCI, state: 'current' });
    expect([...(fakes.state.snapshots.get(`hf huggingface.co/org/name@${commit('b')}`)?.files.keys() ?? [])]).toEqual(['m-Q4_K_M.gguf']);
    expect((await update()).map(({ state }) => state)).toEqual(['current', 'current']);
  });

  it('takes references: a repository for all its names, a name alone, the end of one', async () => {
    hold(fakes, { 'quay.io/team/m:v3': oci({ version: 'v3', revision: digest('3') }) });
    await download(fakes, 'quay.io/team/m:v3');
    const asked = async (...references: readonly string[]) => (await update({ references, check: true })).map(({ reference }) => reference);
    expect(await asked('quay.io/team/m')).toEqual([OCI, 'quay.io/team/m:v3']);
    expect(await asked('quay.io/team/m:v3', 'name')).toEqual([MAIN, 'quay.io/team/m:v3']);
    expect(await asked('m:v2', OCI)).toEqual([OCI]);
  });

  it.each([
    ['quay.io/team/other', 'E_NOT_FOUND'],
    [`quay.io/team/m@${digest('2')}`, 'E_USAGE'],
    ['quay.io/team/m:v9', 'E_NOT_FOUND'],
    ['./m', 'E_USAGE'],
  ])('refuses %s', async (reference, code) => {
    await expect(update({ references: [reference] })).rejects.toMatchObject({ code, hint: expect.stringMatching(/./) });
  });

  it('never picks one of several repositories', async () => {
    hold(fakes, { 'ghcr.io/x/m:v1': oci({ host: 'ghcr.io', repository: 'x/m', version: 'v1' }) });
    await download(fakes, 'ghcr.io/x/m:v1');
    await expect(update({ references: ['m'] })).rejects.toMatchObject({ code: 'E_AMBIGUOUS', details: { candidates: ['ghcr.io/x/m', 'quay.io/team/m'] } });
  });

  it('goes on after one that fails, which stays as it was', async () => {
    move();
    hold(fakes, { [OCI]: oci({ revision: digest('new'), files: {} }) });
    const states = await update();
    expect(states.map(({ reference, state, problem }) => [reference, state, problem?.code])).toEqual([
      [MAIN, 'updated', undefined],
      [OCI, 'failed', 'E_NOT_A_MODEL'],
    ]);
    expect((await update({ check: true })).at(-1)).toMatchObject({ state: 'outdated', revision: digest('2') });
  });
});
