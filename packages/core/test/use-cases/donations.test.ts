import { beforeEach, describe, expect, it } from 'vitest';
import { type Adoption, type Donor, downloadModel, type DownloadRequest, literalReference, planDonations, planDownload } from '../../src/index.ts';
import { commit, createFakes, type Fakes, hold, remoteFile, remoteSnapshot, sha256, taken } from '../fakes/index.ts';

const SMALL = { path: 'README.md', blob: { id: 'README.md', size: 3, digest: `git-sha1:${commit('1')}` } } as const;
const WEIGHTS = remoteFile('model.safetensors', 'weights');

let fakes: Fakes;
let asked: string[];
beforeEach(() => {
  fakes = createFakes();
  asked = [];
  hold(fakes, { 'huggingface.co/org/name:main': remoteSnapshot({ files: [SMALL, WEIGHTS] }) });
});

/** A tool that has the weights, and what comes of taking them. */
function donor(tool: string, outcome: Adoption = 'adopted'): Donor {
  fakes.state.donated.set(`/${tool}/weights`, outcome);
  return {
    async find(file) {
      asked.push(`${tool} ${file.sha256 === sha256('weights') ? 'weights' : file.sha256}`);
      return { path: `/${tool}/weights`, tool, mayLink: false };
    },
  };
}

function download(donors: readonly Donor[], request: Omit<DownloadRequest, 'reference'> = {}) {
  const reference = literalReference('org/name', { grammar: fakes.deps.registries, aliases: {} });
  return downloadModel({ ...fakes.deps, donors }, { reference, ...request }, {});
}

describe('a download', () => {
  it('takes from another tool what it would fetch, and says how much from which', async () => {
    expect(await download([donor('Ollama')])).toMatchObject({ bytes: 10, fetched: 3, linked: 7, donated: { Ollama: 7 } });
    expect(fakes.outcomes.get('model.safetensors')).toBe('linked');
    expect(taken(fakes)).not.toContain('locate model.safetensors');
  });

  it('asks only for what a sha256 is known of', async () => {
    await download([donor('Ollama')]);
    expect(asked).toEqual(['Ollama weights']);
  });

  it('asks nobody for what is in the store', async () => {
    await download([]);
    await download([donor('Ollama')]);
    expect(asked).toEqual([]);
  });

  it('asks the next tool when one’s bytes are others or gone, and warns of damaged ones', async () => {
    const donors = [donor('LM Studio', 'gone'), donor('Ollama', 'unlike'), donor('Docker')];
    expect(await download(donors)).toMatchObject({ donated: { Docker: 7 } });
    expect(asked).toEqual(['LM Studio weights', 'Ollama weights', 'Docker weights']);
    expect(fakes.warnings).toEqual([expect.stringMatching(/^\/Ollama\/weights \(Ollama\) is damaged/)]);
  });

  it('fetches what no tool really has', async () => {
    expect(await download([donor('Ollama', 'unlike')])).toMatchObject({ fetched: 10, linked: 0, donated: {} });
  });

  it.each<[string, Omit<DownloadRequest, 'reference'>, boolean | undefined, boolean]>([
    ['by default', {}, undefined, true],
    ['when set so', {}, true, true],
    ['when set otherwise', {}, false, false],
    ['when asked for against what is set', { donors: true }, false, true],
    ['when not wanted this time', { donors: false }, undefined, false],
    ['when everything is fetched again', { force: true }, undefined, false],
  ])('%s takes from other tools or not', async (_when, request, donors, expected) => {
    fakes = createFakes(donors === undefined ? {} : { donors });
    hold(fakes, { 'huggingface.co/org/name:main': remoteSnapshot({ files: [WEIGHTS] }) });
    expect((await download([donor('Ollama')], request)).linked).toBe(expected ? 7 : 0);
    expect(asked.length > 0).toBe(expected);
  });
});

describe('where there is no space', () => {
  beforeEach(() => (fakes.state.available = 5));

  it('a download goes on if another tool has enough of it, which may need none', async () => {
    expect(await download([donor('Ollama')])).toMatchObject({ fetched: 3, donated: { Ollama: 7 } });
  });

  it('a download is refused if none has', async () => {
    await expect(download([])).rejects.toMatchObject({ code: 'E_NO_SPACE', details: { needed: 10, available: 5 } });
  });
});

it('a plan tells which tool seems to have what, and takes nothing', async () => {
  const deps = { ...fakes.deps, donors: [donor('Ollama'), donor('Docker')] };
  const request = { reference: literalReference('org/name', { grammar: deps.registries, aliases: {} }) };
  const registry = await deps.registries.open('hf', {});
  const plan = await planDownload(deps, { registry, request }, {});
  expect([...(await planDonations(deps, { plan, request }, {}))]).toEqual([['model.safetensors', 'Ollama']]);
  expect([...(await planDonations(deps, { plan, request: { ...request, donors: false } }, {}))]).toEqual([]);
  expect(taken(fakes).some((entry) => /^(?:adopt|place)/.test(entry))).toBe(false);
});
