import { beforeEach, describe, expect, it } from 'vitest';
import { type DownloadPlan, type DownloadRequest, literalReference, planDownload } from '../../src/index.ts';
import { commit, createFakes, download, type Fakes, hold, remoteArchive, remoteSnapshot } from '../fakes/index.ts';

const MAIN = 'huggingface.co/org/name:main';
const FILES = { 'm-Q4_K_M.gguf': 'four', 'n-Q8_0.gguf': 'eight', 'copy.gguf': 'eight' };

let fakes: Fakes;
beforeEach(() => {
  fakes = createFakes();
  hold(fakes, { [MAIN]: remoteSnapshot({ files: FILES }) });
});

async function plan(text: string, request: Omit<DownloadRequest, 'reference'> = {}): Promise<DownloadPlan> {
  const reference = literalReference(text, { grammar: fakes.deps.registries, aliases: {} });
  const registry = await fakes.deps.registries.open('hf', {});
  return planDownload(fakes.deps, { registry, request: { reference, ...request } }, {});
}

it('says what would be had, and does nothing', async () => {
  fakes.state.available = 5000;
  const planned = await plan('org/name');
  // Equal bytes are needed once.
  expect(planned).toMatchObject({ bytes: 9, needed: 9, available: 5000, selectors: [] });
  expect(planned.files.map(({ path }) => path)).toEqual(Object.keys(FILES));
  expect(planned).not.toHaveProperty('record');
  expect(fakes.log).toEqual([`resolve ${MAIN}`]);
});

it('needs nothing for what is here, unless it is forced', async () => {
  await download(fakes, 'org/name#Q4_K_M');
  expect(await plan('org/name')).toMatchObject({ bytes: 9, needed: 5, here: new Set(['m-Q4_K_M.gguf']), record: { name: 'main', revision: commit('a') } });
  expect(await plan('org/name', { force: true })).toMatchObject({ needed: 9, here: new Set() });
});

it('needs an archive twice: packed and unpacked', async () => {
  hold(fakes, { [MAIN]: remoteSnapshot({ files: { 'config.json': '{}' }, archives: [remoteArchive('0123456789')] }) });
  expect(await plan('org/name')).toMatchObject({ bytes: 12, needed: 22 });
});

it('says what there is when a selector fits nothing', async () => {
  await expect(plan('org/name#Q5_K_M')).rejects.toMatchObject({ code: 'E_NOT_FOUND', hint: 'It has the quantisations Q4_K_M, Q8_0.' });
  await expect(plan('org/name', { include: ['*.bin'] })).rejects.toMatchObject({ code: 'E_NOT_FOUND', message: expect.stringContaining('“*.bin”') });
});

describe('of one model many times over', () => {
  const MANY = { 'config.json': '{}', 'm-Q2_K.gguf': 'two', 'm-Q4_K_M.gguf': 'four', 'm-Q8_0.gguf': 'eight' };
  const paths = ({ files }: DownloadPlan): readonly string[] => files.map(({ path }) => path);
  beforeEach(() => {
    hold(fakes, { [MAIN]: remoteSnapshot({ files: MANY }) });
  });

  it('takes what is preferred, says what it leaves out, and records what it took', async () => {
    const planned = await plan('org/name');
    expect(paths(planned)).toEqual(['config.json', 'm-Q4_K_M.gguf']);
    expect(planned).toMatchObject({ selectors: ['config.json', 'm-Q4_K_M.gguf'], bytes: 6, needed: 6 });
    expect(planned.leftOut).toEqual([{ why: 'other quantisations', files: ['m-Q2_K.gguf', 'm-Q8_0.gguf'], bytes: 8 }]);
  });

  it('takes what is named, or all, and leaves nothing else out', async () => {
    expect(await plan('org/name#Q8_0')).toMatchObject({ selectors: ['Q8_0'], leftOut: [] });
    const all = await plan('org/name', { include: ['*'] });
    expect(all).toMatchObject({ selectors: ['*'], leftOut: [] });
    expect(paths(all)).toEqual(Object.keys(MANY));
  });

  it('finds a model whole of which only that was asked for', async () => {
    await download(fakes, 'org/name');
    expect(await plan('org/name')).toMatchObject({ needed: 0 });
    await download(fakes, 'org/name#Q8_0');
    expect(await plan('org/name')).toMatchObject({
      selectors: ['Q8_0', 'config.json', 'm-Q4_K_M.gguf'],
      leftOut: [{ files: ['m-Q2_K.gguf', 'm-Q8_0.gguf'] }],
    });
  });

  it('keeps to it where the name moves to a revision that has more', async () => {
    hold(fakes, { [MAIN]: remoteSnapshot({ files: { 'm-Q4_K_M.gguf': 'four' } }) });
    await download(fakes, 'org/name');
    hold(fakes, { [MAIN]: remoteSnapshot({ revision: commit('b'), files: MANY }) });
    const planned = await plan('org/name#Q8_0');
    expect(paths(planned)).toEqual(['config.json', 'm-Q4_K_M.gguf', 'm-Q8_0.gguf']);
    expect(planned.selectors).toEqual(['Q8_0', 'config.json', 'm-Q4_K_M.gguf']);
  });
});
