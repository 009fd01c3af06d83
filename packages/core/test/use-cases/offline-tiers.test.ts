import { expect, it } from 'vitest';
import { listModels, resolveModel } from '../../src/index.ts';
import { createFakes, type Fakes } from '../fakes/index.ts';

const TIER = '/mnt/share/models';

function withTier(given: Parameters<typeof createFakes>[0] = {}): Fakes {
  const fakes = createFakes(given);
  fakes.state.others.push({ kind: 'offline', path: TIER });
  return fakes;
}

it('lists a store that is offline apart', async () => {
  const { deps } = withTier();
  expect(await listModels({ cache: deps.cache, manifests: deps.registries.manifests }, {})).toMatchObject({
    models: [],
    broken: [],
    offline: [{ kind: 'offline', path: TIER }],
  });
});

it.each([
  ['a short name', 'granite', {}, 'E_NOT_FOUND'],
  ['a suffix', 'models/team/granite', {}, 'E_NOT_FOUND'],
  ['a remote one that may not be fetched', 'quay.io/team/granite:v1', { pull: 'never' }, 'E_NOT_FOUND'],
  ['a remote one without a network', 'quay.io/team/granite:v1', { offline: true }, 'E_OFFLINE'],
] as const)('says of %s which store is offline', async (_what, value, settings, code) => {
  const { deps } = withTier(settings);
  await expect(resolveModel(deps, { value }, {})).rejects.toMatchObject({
    code,
    message: expect.stringContaining(`${TIER}, which is offline`),
    hint: expect.stringContaining('Mount it'),
    details: { offline: [TIER] },
  });
});

it('says so of a path only where it leads there', async () => {
  const { deps } = withTier();
  await expect(resolveModel(deps, { value: `${TIER}/quay.io/team/granite/v1` }, {})).rejects.toMatchObject({ message: expect.stringContaining('offline') });
  await expect(resolveModel(deps, { value: './granite' }, {})).rejects.toMatchObject({ message: expect.not.stringContaining('offline') });
});

it('adds nothing where no store is offline', async () => {
  const { deps } = createFakes();
  await expect(resolveModel(deps, { value: 'granite' }, {})).rejects.toMatchObject({ message: expect.not.stringContaining('offline') });
});
