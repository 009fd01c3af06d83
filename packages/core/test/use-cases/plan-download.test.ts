import { beforeEach, expect, it } from 'vitest';
import { type DownloadPlan, type DownloadRequest, literalReference, planDownload } from '../../src/index.ts';
import { commit, createFakes, download, type Fakes, hold, remoteArchive, remoteSnapshot } from '../fakes/index.ts';

const MAIN = 'huggingface.co/org/name:main';
const FILES = { 'm-Q4_K_M.gguf': 'four', 'm-Q8_0.gguf': 'eight', 'copy.gguf': 'eight' };

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
