import { describe, expect, it } from 'vitest';
import { type ModelSettings, type Prompt, type Resolution, resolveReference } from '../../src/index.ts';
import { createFakes } from '../fakes/index.ts';

type ShortNames = ModelSettings['shortNames'];

function resolve(value: string, shortNames: ShortNames, answer?: string): Promise<Resolution> {
  const { deps } = createFakes({ shortNames });
  const prompt: Prompt = { interactive: answer !== undefined, choose: () => Promise.resolve(answer), confirm: () => Promise.resolve(false) };
  return resolveReference({ ...deps, prompt }, { value }, {});
}

const search = ['quay.io/team', 'huggingface.co/org'];

describe('a short name that is not here', () => {
  it.each([
    ['enforcing', ['quay.io/team'], 'quay.io/team/granite:v1'],
    ['disabled', search, 'quay.io/team/granite:v1'],
    ['permissive', search, 'quay.io/team/granite:v1'],
  ] as const)('goes by the search list when %s, over %j', async (mode, list, canonical) => {
    expect(await resolve('granite:v1', { mode, search: list })).toMatchObject({ kind: 'remote', reference: { canonical } });
  });

  it('is not sure where the list has several, when enforcing', async () => {
    const candidates = ['quay.io/team/granite', 'huggingface.co/org/granite'];
    await expect(resolve('granite', { mode: 'enforcing', search })).rejects.toMatchObject({ code: 'E_AMBIGUOUS', details: { candidates } });
  });

  it('is what a person chooses', async () => {
    expect(await resolve('granite', { mode: 'enforcing', search }, 'huggingface.co/org/granite')).toMatchObject({
      reference: { canonical: 'huggingface.co/org/granite' },
    });
    await expect(resolve('granite', { mode: 'permissive', search }, 'neither')).rejects.toMatchObject({ code: 'E_AMBIGUOUS' });
  });

  it('passes over registries where nothing can be called so', async () => {
    expect(await resolve('Mixtral-8x7B', { mode: 'enforcing', search })).toMatchObject({ reference: { canonical: 'huggingface.co/org/Mixtral-8x7B' } });
    await expect(resolve('Mixtral-8x7B', { mode: 'enforcing', search: ['quay.io/team'] })).rejects.toMatchObject({ code: 'E_NOT_FOUND' });
  });

  it('goes nowhere without a list, nor does a name of three parts', async () => {
    await expect(resolve('granite', { mode: 'disabled', search: [] })).rejects.toMatchObject({ code: 'E_NOT_FOUND' });
    await expect(resolve('a/b/granite', { mode: 'disabled', search })).rejects.toMatchObject({
      code: 'E_NOT_FOUND',
      hint: expect.stringContaining('quay.io/a/b/granite'),
    });
  });
});
