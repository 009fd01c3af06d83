import { describe, expect, it } from 'vitest';
import { type ModelSettings, type Prompt, referenceToFetch, type ToFetch } from '../../src/index.ts';
import { createFakes, download, type Fakes, hold, remoteSnapshot } from '../fakes/index.ts';

const search = ['quay.io/team', 'huggingface.co/org'];

interface Said {
  readonly settings?: Partial<ModelSettings>;
  /** What `registries.conf` and records say. */
  readonly entries?: Readonly<Record<string, string>>;
  readonly answer?: string;
}

async function find(value: string, { settings = {}, entries = {}, answer }: Said, { deps }: Fakes = createFakes()): Promise<ToFetch> {
  const prompt: Prompt = { interactive: answer !== undefined, choose: () => Promise.resolve(answer), confirm: () => Promise.resolve(false) };
  const shortNames = {
    find: (name: string) => Promise.resolve(entries[name] === undefined ? undefined : { target: entries[name], origin: '/etc/names.conf:3' }),
    rules: () => Promise.resolve({}),
    record: () => Promise.resolve(),
  };
  const found = await referenceToFetch({ ...deps, prompt, shortNames, settings: { ...deps.settings, ...settings } }, value, {});
  return { ...found, reference: found.reference.canonical as never };
}

describe('what is to be fetched', () => {
  it.each<[string, Said, string]>([
    ['quay.io/team/granite:v1', {}, 'quay.io/team/granite:v1'],
    ['org/granite', { settings: { shortNames: { mode: 'disabled', search } } }, 'huggingface.co/org/granite'],
    ['mine:v2', { settings: { aliases: { mine: 'quay.io/team/granite' } } }, 'quay.io/team/granite:v2'],
    ['granite:v1', { entries: { granite: 'quay.io/team/granite' } }, 'quay.io/team/granite:v1'],
    ['granite', { settings: { shortNames: { search: ['quay.io/team'] } } }, 'quay.io/team/granite'],
    ['granite', { settings: { shortNames: { mode: 'permissive', search } } }, 'quay.io/team/granite'],
    ['granite:Q8_0', { settings: { shortNames: { search: ['huggingface.co/org'] } } }, 'huggingface.co/org/granite#Q8_0'],
  ])('by %s, as %j says, is %s', async (value, said, reference) => {
    expect(await find(value, said)).toEqual({ reference });
  });

  it('is what a person chooses, which is worth a record', async () => {
    const said = { settings: { shortNames: { search } }, answer: 'huggingface.co/org/granite:v1' };
    expect(await find('granite:v1', said)).toEqual({ reference: 'huggingface.co/org/granite:v1', chosenFor: 'granite' });
  });

  it.each<[string, Said, string]>([
    ['granite', {}, 'E_NOT_FOUND'],
    ['granite', { settings: { shortNames: { mode: 'enforcing', search } } }, 'E_AMBIGUOUS'],
    ['a/b/granite', { settings: { shortNames: { mode: 'disabled', search } } }, 'E_NOT_FOUND'],
    ['./granite', {}, 'E_USAGE'],
  ])('by %s, as %j says, is an error', async (value, said, code) => {
    await expect(find(value, said)).rejects.toMatchObject({ code });
  });
});

describe('a name that means something here', () => {
  async function here(): Promise<Fakes> {
    const fakes = createFakes();
    hold(fakes, { 'huggingface.co/org/granite:main': remoteSnapshot({ repository: 'org/granite', files: { 'granite.gguf': 'GGUF' } }) });
    await download(fakes, 'org/granite');
    return fakes;
  }

  it('says not where to fetch it from', async () => {
    await expect(find('granite', {}, await here())).rejects.toMatchObject({ code: 'E_NOT_FOUND' });
  });

  it('is not fetched from elsewhere unless somebody chooses that', async () => {
    const elsewhere = { settings: { shortNames: { search: ['quay.io/team'] } } };
    await expect(find('granite', elsewhere, await here())).rejects.toMatchObject({
      code: 'E_AMBIGUOUS',
      hint: 'Write which you mean: ilab model download quay.io/team/granite',
      details: { candidates: ['huggingface.co/org/granite', 'quay.io/team/granite'] },
    });
    const chosen = { settings: { shortNames: { search } }, answer: 'quay.io/team/granite' };
    expect(await find('granite', chosen, await here())).toMatchObject({ reference: 'quay.io/team/granite' });
  });

  it('is fetched again from where it is', async () => {
    expect(await find('granite', { entries: { granite: 'huggingface.co/org/granite' } }, await here())).toEqual({ reference: 'huggingface.co/org/granite' });
  });
});
