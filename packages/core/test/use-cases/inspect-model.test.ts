import { beforeEach, describe, expect, it } from 'vitest';
import { IlabError, inspectModel, inspectRemote, literalReference, type ModelInspection } from '../../src/index.ts';
import { commit, createFakes, download, type Fakes, hold, NOW, remoteArchive, remoteFile, remoteSnapshot, sha256, taken } from '../fakes/index.ts';

const MAIN = 'huggingface.co/org/name:main';
const FILES = { 'm-Q4_K_M.gguf': 'four', 'm-Q8_0.gguf': 'eight' };

let fakes: Fakes;
beforeEach(() => {
  fakes = createFakes();
});

describe('inspectModel', () => {
  const inspect = (value: string): Promise<ModelInspection> => inspectModel(fakes.deps, value, {});

  it('tells all of what is here, and asks nobody', async () => {
    hold(fakes, { [MAIN]: remoteSnapshot({ files: FILES }), 'huggingface.co/org/name:v1': remoteSnapshot({ version: 'v1', kind: 'tag', files: FILES }) });
    await download(fakes, 'org/name:v1#Q4_K_M');
    await download(fakes, 'org/name#Q4_K_M');
    taken(fakes);
    const directory = `/home/user/models/huggingface.co/org/name/@${commit('a')}`;
    const runsCode = [{ file: 'extra.bin', why: 'pickle' }];
    fakes.facts.set(`${directory}/m-Q4_K_M.gguf`, { architecture: 'llama', parameters: 8, base: 'org/base' });
    fakes.code.set(directory, runsCode);
    expect(await inspect('name:v1')).toEqual({
      reference: 'huggingface.co/org/name:v1#m-Q4_K_M.gguf',
      source: 'hf',
      path: `/home/user/models/huggingface.co/org/name/@${commit('a')}/m-Q4_K_M.gguf`,
      version: 'v1',
      kind: 'tag',
      revision: commit('a'),
      versions: ['v1', 'main'],
      format: 'gguf',
      architecture: 'llama',
      parameters: 8,
      base: 'org/base',
      runsCode,
      size: 4,
      uniqueSize: 4,
      created: NOW,
      files: [
        { path: 'm-Q4_K_M.gguf', size: 4, sha256: sha256('four'), here: true },
        { path: 'm-Q8_0.gguf', size: 5, sha256: sha256('eight'), here: false },
      ],
    });
    expect(taken(fakes)).toEqual([]);
  });

  it('tells of a path what a probe finds', async () => {
    fakes.paths.set('./m', { kind: 'model', path: '/cwd/m', format: 'safetensors', files: ['config.json'] });
    expect(await inspect('./m')).toEqual({
      reference: '/cwd/m',
      source: 'local',
      path: '/cwd/m',
      versions: [],
      format: 'safetensors',
      files: [{ path: 'config.json', here: true }],
      runsCode: [],
    });
  });

  it('tells of what older tools left what is known', async () => {
    fakes.state.others.push({ kind: 'legacy', name: 'old', path: '/home/user/models/old', format: 'gguf', version: 'n/a', size: 7, modified: NOW });
    expect(await inspect('old')).toMatchObject({ reference: 'old', source: 'local', path: '/home/user/models/old', files: [] });
  });

  it('tells of a model with broken headers, too, and how they are', async () => {
    fakes.paths.set('./m', { kind: 'model', path: '/cwd/m', format: 'safetensors', files: [] });
    fakes.facts.set('/cwd/m', new IlabError('E_NOT_A_MODEL', 'model.safetensors: torn'));
    expect(await inspect('./m')).toMatchObject({ format: 'safetensors', damage: 'model.safetensors: torn', runsCode: [] });
    fakes.facts.set('/cwd/m', new IlabError('E_STORE', 'no permission'));
    await expect(inspect('./m')).rejects.toMatchObject({ code: 'E_STORE' });
  });

  it.each(['missing', 'newer', 'always'] as const)('never downloads, also with the policy %s', async (pull) => {
    fakes = createFakes({ pull });
    hold(fakes, { [MAIN]: remoteSnapshot({ files: FILES }) });
    await expect(inspect('org/name')).rejects.toMatchObject({ code: 'E_NOT_FOUND', hint: 'Fetch it: ilab model download huggingface.co/org/name' });
    expect(fakes.log).toEqual([]);
  });
});

describe('inspectRemote', () => {
  it('tells what the registry has, and writes nothing', async () => {
    const readme = { path: 'README.md', blob: { id: 'r', size: 3, digest: `git-sha1:${commit('1')}` } } as const;
    hold(fakes, {
      [MAIN]: remoteSnapshot({ files: [readme, remoteFile('m.gguf', 'GGUF'), remoteFile('sub/a.pt', '')], archives: [remoteArchive('0123456789')] }),
    });
    const reference = literalReference('org/name', { grammar: fakes.deps.registries, aliases: {} });
    expect(await inspectRemote(fakes.deps, reference, {})).toEqual({
      reference: 'huggingface.co/org/name',
      source: 'hf',
      version: 'main',
      kind: 'branch',
      revision: commit('a'),
      versions: ['main'],
      format: 'gguf',
      size: 17,
      files: [
        { path: 'README.md', size: 3, gitSha1: commit('1'), here: false },
        { path: 'm.gguf', size: 4, sha256: sha256('GGUF'), here: false },
        { path: 'sub/a.pt', size: 0, sha256: sha256(''), here: false },
      ],
      runsCode: [{ file: 'sub/a.pt', why: 'pickle, by its name (.pt)' }],
    });
    expect(fakes.log).toEqual([`resolve ${MAIN}`]);
  });
});
