import { describe, expect, it } from 'vitest';
import { commit, createFakes, download, type Fakes, hold, remoteSnapshot, taken } from '../fakes/index.ts';

const before = { 'config.json': '{}', 'model.safetensors': 'weights' };
const after = { 'config.json': '{"v":2}', 'model.safetensors': 'weights', 'new.json': '{}' };

async function withOlder(delivery: boolean): Promise<Fakes> {
  const fakes = createFakes();
  fakes.world.delivers = delivery;
  hold(fakes, {
    'huggingface.co/org/name:main': remoteSnapshot({ files: before }),
    'huggingface.co/org/name:v2': remoteSnapshot({ revision: commit('b'), version: 'v2', kind: 'tag', files: after }),
  });
  await download(fakes, 'org/name');
  taken(fakes);
  return fakes;
}

const offers = (fakes: Fakes): readonly string[] => fakes.log.filter((entry) => entry.startsWith('offered'));

describe('a registry that delivers', () => {
  it('is offered the older versions of a file that changed, and of no other', async () => {
    const fakes = await withOlder(true);
    await download(fakes, 'org/name:v2');
    expect(offers(fakes)).toEqual([`offered ${commit('a')}`]);
  });

  it('is offered nothing by who wants all fetched again', async () => {
    const fakes = await withOlder(true);
    await download(fakes, 'org/name:v2', { force: true });
    expect(offers(fakes)).toEqual([]);
  });
});

it('no other registry is', async () => {
  const fakes = await withOlder(false);
  await download(fakes, 'org/name:v2');
  expect(offers(fakes)).toEqual([]);
});
