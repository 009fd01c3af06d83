import { beforeEach, describe, expect, it } from 'vitest';
import { IlabError, planRemoval, type RemovalPlan, removeModel } from '../../src/index.ts';
import { commit, createFakes, download, type Fakes, hold, NOW, remoteSnapshot, sha256, STORE, taken } from '../fakes/index.ts';

const V1 = 'huggingface.co/org/name:v1';
const FILES = { 'm.gguf': 'weights', 'README.md': 'read' };
const id = { source: 'hf', host: 'huggingface.co', repository: 'org/name' };
const directory = `${STORE}/huggingface.co/org/name`;

let fakes: Fakes;
beforeEach(async () => {
  fakes = createFakes({ aliases: { first: V1 } });
  hold(fakes, { [V1]: remoteSnapshot({ version: 'v1', kind: 'tag', files: FILES }) });
  await download(fakes, 'org/name:v1');
});

function plan(value: string): Promise<RemovalPlan> {
  return planRemoval(fakes.deps, value, {});
}

async function bring(version: string, letter: string, files: Record<string, string> = { ...FILES, 'README.md': `read ${version}` }): Promise<void> {
  hold(fakes, { [`huggingface.co/org/name:${version}`]: remoteSnapshot({ version, revision: commit(letter), files }) });
  await download(fakes, `org/name:${version}`);
}

describe('planRemoval', () => {
  it('takes the snapshot with its last name, and does nothing yet', async () => {
    taken(fakes);
    expect(await plan('org/name:v1')).toEqual({
      kind: 'version',
      reference: V1,
      repository: id,
      version: 'v1',
      snapshot: { ...id, revision: commit('a') },
      path: `${directory}/@${commit('a')}`,
      bytes: 11,
    });
    expect(taken(fakes)).toEqual([]);
  });

  it('takes only the name where another points to the same', async () => {
    await bring('main', 'a', FILES);
    const planned = await plan('org/name:v1');
    expect(planned).toMatchObject({ kind: 'version', version: 'v1', bytes: 0 });
    expect(planned).not.toHaveProperty('snapshot');
  });

  it('counts only bytes that come back', async () => {
    await bring('v2', 'b');
    expect(await plan('org/name:v1')).toMatchObject({ bytes: 4 });
  });

  it('needs no version where there is one', async () => {
    expect(await plan('name')).toMatchObject({ kind: 'version', version: 'v1' });
  });

  it.each(['org/name', 'name', 'huggingface.co/org/name', 'm.gguf'])('never picks one of several versions for %s', async (value) => {
    await bring('v2', 'b');
    await expect(plan(value)).rejects.toMatchObject({ code: 'E_AMBIGUOUS', details: { candidates: [V1, 'huggingface.co/org/name:v2'] } });
  });

  it.each(['org/name:v1', 'name:v1', 'huggingface.co/org/name/v1', 'first', `${directory}/v1`])('takes the one that %s names', async (value) => {
    await bring('v2', 'b');
    fakes.paths.set(`${directory}/v1`, { kind: 'model', path: `${directory}/v1`, format: 'gguf', files: [] });
    expect(await plan(value)).toMatchObject({ kind: 'version', version: 'v1' });
  });

  it('takes a revision that no name points to', async () => {
    await bring('v1', 'b');
    expect(await plan(`org/name:${commit('a')}`)).toEqual({
      kind: 'snapshot',
      reference: `huggingface.co/org/name:${commit('a')}`,
      snapshot: { ...id, revision: commit('a') },
      path: `${directory}/@${commit('a')}`,
      bytes: 4,
    });
  });

  it('does not take a revision from under its name', async () => {
    await expect(plan(`org/name:${commit('a')}`)).rejects.toMatchObject({ code: 'E_AMBIGUOUS', message: expect.stringContaining('v1') });
  });

  it('takes what lacks a file', async () => {
    for (const { files } of fakes.state.snapshots.values()) files.delete('m.gguf');
    for (const value of ['org/name:v1', 'name', 'first']) expect(await plan(value)).toMatchObject({ kind: 'version', version: 'v1', reference: V1 });
  });

  it('takes a download that has not got there', async () => {
    hold(fakes, { 'huggingface.co/org/name:v2': remoteSnapshot({ version: 'v2', revision: commit('b'), files: { 'a.gguf': 'has arrived', 'b.gguf': 'x' } }) });
    fakes.network.instead.set(`sha256:${sha256('x')}`, async () => {
      await expect.poll(() => fakes.log).toContain('place a.gguf');
      throw new IlabError('E_NETWORK', 'lost');
    });
    await expect(download(fakes, 'org/name:v2')).rejects.toMatchObject({ code: 'E_NETWORK' });
    expect(await plan('org/name:v2')).toMatchObject({ kind: 'snapshot', snapshot: { revision: commit('b') }, bytes: 11 });
  });

  it('takes no version for a selector that is not in it', async () => {
    await expect(plan('org/name#other.gguf')).rejects.toMatchObject({ code: 'E_NOT_FOUND' });
    for (const { files } of fakes.state.snapshots.values()) files.delete('m.gguf');
    await expect(plan('org/name:v1#m.gguf')).rejects.toMatchObject({ code: 'E_NOT_FOUND' });
  });

  it('never picks one of several revisions without a name', async () => {
    await bring('v1', 'b');
    await fakes.deps.metadata.removeVersion(id, 'v1', {});
    const candidates = ['a', 'b'].map((letter) => `huggingface.co/org/name:${commit(letter)}`);
    await expect(plan('org/name')).rejects.toMatchObject({ code: 'E_AMBIGUOUS', details: { candidates } });
  });

  it('takes no whole revision for a name that it lost', async () => {
    await fakes.deps.metadata.removeVersion(id, 'v1', {});
    await expect(plan('org/name:v1')).rejects.toMatchObject({ code: 'E_NOT_FOUND' });
    expect(await plan(`org/name:${commit('a')}`)).toMatchObject({ kind: 'snapshot' });
  });

  it('takes what is broken by its name or its path', async () => {
    const broken = { kind: 'broken', name: 'quay.io/x/@sha256-1', path: `${STORE}/quay.io/x/@sha256-1`, reason: 'torn' } as const;
    fakes.state.others.push(broken);
    const planned = { kind: 'item', reference: broken.name, path: broken.path, bytes: 0 };
    expect(await plan(broken.name)).toEqual(planned);
    expect(await plan(broken.path)).toEqual(planned);
  });

  it('takes what older tools left', async () => {
    fakes.state.others.push({ kind: 'legacy', name: 'old', path: `${STORE}/old`, format: 'gguf', version: 'n/a', size: 7, modified: NOW });
    expect(await plan('old')).toEqual({ kind: 'item', reference: 'old', path: `${STORE}/old`, bytes: 7 });
  });

  it.each([
    ['a path elsewhere', '/data/m', 'E_USAGE'],
    ['a checkpoint', 'run-1/samples_128', 'E_USAGE'],
    ['another tier', 'huggingface.co/org/shared', 'E_USAGE'],
    ['what is not here', 'org/nothing', 'E_NOT_FOUND'],
    ['another version', 'org/name:v9', 'E_NOT_FOUND'],
    ['a path where nothing is', '/data/nothing', 'E_NOT_FOUND'],
    ['a name for something tracked in another version', 'name:v9', 'E_NOT_FOUND'],
  ])('refuses %s: %s', async (_what, value, code) => {
    fakes.paths.set('/data/m', { kind: 'model', path: '/data/m', format: 'gguf', files: [] });
    const [own] = await Array.fromAsync(fakes.deps.cache.items({}));
    if (own?.kind !== 'repository') throw new Error('nothing is tracked');
    fakes.state.others.push({ ...own, id: { ...id, repository: 'org/shared' }, tier: 'extra', path: '/srv/models/huggingface.co/org/shared' });
    fakes.state.others.push({
      kind: 'checkpoint',
      name: 'run-1/samples_128',
      path: '/home/user/checkpoints/run-1',
      format: 'safetensors',
      version: 'n/a',
      size: 7,
      modified: NOW,
    });
    await expect(plan(value)).rejects.toMatchObject({ code });
  });

  it.each(['missing', 'always'] as const)('downloads nothing, also with the policy %s', async (pull) => {
    hold(fakes, { 'huggingface.co/org/new:main': remoteSnapshot({ repository: 'org/new', files: FILES }) });
    taken(fakes);
    const deps = { ...fakes.deps, settings: { ...fakes.deps.settings, pull } };
    await expect(planRemoval(deps, 'org/new', {})).rejects.toMatchObject({ code: 'E_NOT_FOUND' });
    expect(await planRemoval(deps, 'org/name:v1', {})).toMatchObject({ version: 'v1' });
    expect(taken(fakes)).toEqual([]);
  });
});

describe('removeModel', () => {
  it('takes the name before the bytes, so that it never points to nothing', async () => {
    const planned = await plan('org/name:v1');
    taken(fakes);
    expect(await removeModel(fakes.deps, planned, {})).toEqual({ bytes: 11 });
    expect(taken(fakes)).toEqual(['unname v1', `remove ${commit('a')}`]);
  });

  it('leaves the bytes to the other name', async () => {
    await bring('main', 'a', FILES);
    const planned = await plan('org/name:v1');
    taken(fakes);
    expect(await removeModel(fakes.deps, planned, {})).toEqual({ bytes: 0 });
    expect(taken(fakes)).toEqual(['unname v1']);
  });

  it('gives the name back when somebody uses the snapshot', async () => {
    const planned = await plan('org/name:v1');
    const before = await fakes.deps.metadata.version(id, 'v1', {});
    fakes.state.inUse.add(commit('a'));
    await expect(removeModel(fakes.deps, planned, {})).rejects.toMatchObject({ code: 'E_IN_USE' });
    expect(await fakes.deps.metadata.version(id, 'v1', {})).toEqual(before);
  });

  it('takes items by exactly their path', async () => {
    fakes.state.others.push({ kind: 'legacy', name: 'old', path: `${STORE}/old`, format: 'gguf', version: 'n/a', size: 7, modified: NOW });
    const planned = await plan('old');
    taken(fakes);
    expect(await removeModel(fakes.deps, planned, {})).toEqual({ bytes: 7 });
    expect(taken(fakes)).toEqual([`remove ${STORE}/old`]);
  });
});
