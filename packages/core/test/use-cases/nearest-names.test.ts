import { beforeEach, describe, expect, it } from 'vitest';
import { IlabError, mostAlike, namingNearest, planRemoval, resolveModel, updateModels } from '../../src/index.ts';
import { commit, createFakes, download, type Fakes, hold, remoteSnapshot } from '../fakes/index.ts';

const FILES = { 'granite-Q4_K_M.gguf': 'four' };
const HERE = 'huggingface.co/org/granite-7b-GGUF:main';
const FILE = `${HERE}#granite-Q4_K_M.gguf`;

let fakes: Fakes;
beforeEach(async () => {
  fakes = createFakes({ aliases: { mistral: 'huggingface.co/org/mistral' } });
  hold(fakes, { 'huggingface.co/org/granite-7b-GGUF:main': remoteSnapshot({ repository: 'org/granite-7b-GGUF', files: FILES }) });
  await download(fakes, 'org/granite-7b-GGUF');
});

const nearestTo = (value: string, pull: 'missing' | 'never' = 'missing') =>
  resolveModel(fakes.deps, { value, pull }, {}).then(
    () => expect.unreachable(`${value} is something`),
    ({ details, hint }) => ({ nearest: details?.nearest, typed: details?.typed, hint }),
  );

describe('a name that nothing has', () => {
  it.each([
    ['granit-7b-gguf', HERE],
    ['granite', HERE],
    ['granite-Q4_K_L', FILE],
    ['granite-7b-GGUF:v1', HERE],
    ['./models/granite-Q4_K_M.gguf', FILE],
    ['mistrall', 'mistral'],
  ])('%s is near to %s', async (value, near) => {
    const { nearest, typed, hint } = await nearestTo(value);
    expect({ typed, nearest }).toEqual({ typed: value, nearest: [near] });
    expect(hint).toMatch(/^Did you mean \S+\? /);
  });

  it.each(['llama-3', 'x', 'ab', `${'a'.repeat(900)}`])('%s is near to nothing', async (value) => {
    const { nearest, hint } = await nearestTo(value);
    expect(nearest).toBeUndefined();
    expect(hint).not.toContain('Did you mean');
  });

  it('of a repository that its registry does not have is near to what is here', async () => {
    expect((await nearestTo('org/granite-7b')).nearest).toEqual([HERE]);
  });

  it('still says how to fetch it, where the policy forbids that', async () => {
    const { nearest, hint } = await nearestTo('other/granite-7b-GGUF', 'never');
    expect(nearest).toEqual([HERE]);
    expect(hint).toMatch(/ Fetch it: ilab model download huggingface\.co\/other\/granite-7b-GGUF$/);
  });

  it('is told so by every use case that takes one', async () => {
    const near = { code: 'E_NOT_FOUND', details: { nearest: [HERE] } };
    await expect(planRemoval(fakes.deps, 'granit-7b-GGUF', {})).rejects.toMatchObject(near);
    await expect(updateModels(fakes.deps, { references: ['granit-7b-GGUF'] }, {})).rejects.toMatchObject(near);
  });

  it('names the version that is most like it, else the one that would be taken', async () => {
    for (const [version, letter] of [
      ['v1.0', 'b'],
      ['v1.1', 'c'],
      ['v2.0', 'd'],
    ] as const) {
      hold(fakes, { [`huggingface.co/org/m:${version}`]: remoteSnapshot({ repository: 'org/m', version, revision: commit(letter), files: FILES }) });
      await download(fakes, `org/m:${version}`);
    }
    expect((await nearestTo('m:v1.11')).nearest).toEqual(['huggingface.co/org/m:v1.1']);
    expect((await nearestTo('m:nightly')).nearest).toEqual(['huggingface.co/org/m:v2.0']);
  });
});

describe('a registry that lacks a version', () => {
  const asked = (version: string) =>
    namingNearest({ cache: fakes.deps.cache, grammar: fakes.deps.registries, aliases: {} }, `quay.io/org/m:${version}`, {}, () =>
      Promise.reject(new IlabError('E_NOT_FOUND', 'No such version.', { details: { version, versions: ['v1.0', 'v1.1', 'main'] } })),
    );

  it('is asked for the nearest that it has', async () => {
    await expect(asked('v1.1.0')).rejects.toMatchObject({ details: { nearest: ['quay.io/org/m:v1.1'] } });
    await expect(asked('nightly-2024')).rejects.not.toHaveProperty('details.nearest');
  });
});

it.each([
  ['llamacpp', ['vllm', 'llama-cpp', 'openai'], 'llama-cpp'],
  ['LLAMA-CPP', ['llama-cpp'], 'llama-cpp'],
  ['serve.model_path', ['serve.model', 'chat.model'], 'serve.model'],
  ['nothing', ['llama-cpp'], undefined],
])('%s is most like one of %j: %s', (word, names, like) => {
  expect(mostAlike(word, names)).toBe(like);
});
