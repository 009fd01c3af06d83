import { describe, expect, it } from 'vitest';
import { type Prompt, resolveModel, resolveReference, type ShortNames } from '../../src/index.ts';
import { createFakes, download, type Fakes, hold, remoteSnapshot } from '../fakes/index.ts';

const ORG = 'huggingface.co/org/granite';
const OTHER = 'huggingface.co/other/granite';

/** What other tools' configuration says, and what was recorded. */
function namesOf({ entries = {}, rules = {} }: { readonly entries?: Record<string, string>; readonly rules?: Awaited<ReturnType<ShortNames['rules']>> }) {
  const recorded: Record<string, string> = {};
  const shortNames: ShortNames = {
    find(name) {
      const target = entries[name];
      return Promise.resolve(target === undefined ? undefined : { target, origin: '/etc/names.conf:3' });
    },
    rules: () => Promise.resolve(rules),
    record(name, target) {
      recorded[name] = target;
      return Promise.resolve();
    },
  };
  return { shortNames, recorded };
}

function answering(answer: string): Prompt {
  return { interactive: true, choose: () => Promise.resolve(answer), confirm: () => Promise.resolve(false) };
}

async function twoGranites(): Promise<Fakes> {
  const fakes = createFakes({ shortNames: {} });
  for (const repository of ['org/granite', 'other/granite']) {
    hold(fakes, { [`huggingface.co/${repository}:main`]: remoteSnapshot({ repository, files: { 'granite.gguf': repository } }) });
    await download(fakes, repository);
  }
  return fakes;
}

describe('a short name of several models that are here', () => {
  it('means what its entry names, which the steps tell with its place', async () => {
    const { deps } = await twoGranites();
    const { shortNames } = namesOf({ entries: { granite: OTHER } });
    const found = await resolveReference({ ...deps, shortNames }, { value: 'granite' }, {});
    expect(found).toMatchObject({ kind: 'tracked', reference: `${OTHER}:main`, because: 'tracked, by the entry for its short name' });
    expect(found.steps).toContainEqual({ step: 'short name', found: `${OTHER}:main`, origin: '/etc/names.conf:3' });
  });

  it('is not decided by an entry for something else', async () => {
    const { deps } = await twoGranites();
    const { shortNames } = namesOf({ entries: { granite: 'quay.io/third/granite' } });
    await expect(resolveReference({ ...deps, shortNames }, { value: 'granite' }, {})).rejects.toMatchObject({ code: 'E_AMBIGUOUS' });
  });

  it('is what a person chooses, which is recorded without its version', async () => {
    const { deps } = await twoGranites();
    const { shortNames, recorded } = namesOf({});
    const found = await resolveReference({ ...deps, shortNames, prompt: answering(`${OTHER}:main`) }, { value: 'granite:main' }, {});
    expect(found).toMatchObject({ reference: `${OTHER}:main` });
    expect(recorded).toEqual({ granite: OTHER });
  });
});

describe('a short name that is not here', () => {
  const search = ['quay.io/team', 'huggingface.co/org'];

  it('goes where its entry says, with the version that was typed, and not by the list', async () => {
    const { deps } = createFakes({ shortNames: { mode: 'disabled', search } });
    const { shortNames } = namesOf({ entries: { granite: OTHER } });
    const found = await resolveReference({ ...deps, shortNames }, { value: 'granite:v2' }, {});
    expect(found).toMatchObject({ kind: 'remote', reference: { canonical: `${OTHER}:v2` } });
    expect(found.steps).toContainEqual({ step: 'short name', found: `${OTHER}:v2`, origin: '/etc/names.conf:3' });
  });

  it('goes by the list and the mode of other tools only where ilab’s own say nothing', async () => {
    const { shortNames } = namesOf({ rules: { mode: 'permissive', search } });
    const resolve = (own: Parameters<typeof createFakes>[0]) => resolveReference({ ...createFakes(own).deps, shortNames }, { value: 'granite' }, {});
    expect(await resolve({ shortNames: {} })).toMatchObject({ reference: { canonical: 'quay.io/team/granite' } });
    expect(await resolve({ shortNames: { search: ['ghcr.io/mine'] } })).toMatchObject({ reference: { canonical: 'ghcr.io/mine/granite' } });
    await expect(resolve({ shortNames: { mode: 'enforcing' } })).rejects.toMatchObject({ code: 'E_AMBIGUOUS' });
    await expect(resolve({ shortNames: { search: [] } })).rejects.toMatchObject({ code: 'E_NOT_FOUND' });
  });

  it.each([
    ['recorded once it is here', true, { granite: ORG }],
    ['not recorded when it can’t be fetched', false, {}],
  ])('is %s', async (_, isThere, expected) => {
    const fakes = createFakes({ shortNames: { search } });
    if (isThere) hold(fakes, { [`${ORG}:main`]: remoteSnapshot({ repository: 'org/granite', files: { 'granite.gguf': 'it' } }) });
    const { shortNames, recorded } = namesOf({});
    const outcome = await resolveModel({ ...fakes.deps, shortNames, prompt: answering(ORG) }, { value: 'granite' }, {}).then(
      ({ reference }) => reference,
      () => 'failed',
    );
    expect({ outcome, recorded }).toEqual({ outcome: isThere ? `${ORG}:main` : 'failed', recorded: expected });
  });
});
