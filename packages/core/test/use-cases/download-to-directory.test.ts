import { beforeEach, expect, it } from 'vitest';
import { type DownloadTarget, downloadModel, literalReference, nullMetadata, type WriteOptions } from '../../src/index.ts';
import { commit, createFakes, type Fakes, hold, remoteSnapshot, sha256, taken } from '../fakes/index.ts';

const FILES = { 'config.json': '{}', 'model.safetensors': 'weights' };
let fakes: Fakes;
let expected: WriteOptions['files'];
let placed: string[];

beforeEach(() => {
  fakes = createFakes();
  expected = [];
  placed = [];
  hold(fakes, { 'huggingface.co/org/name:main': remoteSnapshot({ files: FILES }) });
});

/** A directory that has one of the files. */
function target(): DownloadTarget {
  return {
    directory: '/home/user/mine',
    snapshot: async () => ({ files: [{ path: 'config.json' }], missing: [], metadata: {} }),
    available: async () => 7,
    async write(_snapshot, { files }) {
      expected = files;
      return {
        path: '/home/user/mine',
        placeOf: (path) => `/home/user/mine/${path}`,
        has: async ({ path }) => path === 'config.json',
        reuse: async () => false,
        adopt: async () => 'gone',
        stage: async ({ digest }) => ({ path: digest, directory: async () => '', release: async () => {}, discard: async () => {} }),
        place: async ({ path }) => void placed.push(path),
        close: async () => {},
      };
    },
    remove: async () => 0,
  };
}

function run(force = false) {
  const reference = literalReference('org/name', { grammar: fakes.deps.registries, aliases: {} });
  return downloadModel({ ...fakes.deps, cache: target(), metadata: nullMetadata }, { reference, force }, {});
}

it('brings what is not there, and says before what is to come', async () => {
  expect(await run()).toMatchObject({ directory: '/home/user/mine', bytes: 9, fetched: 7, record: { name: 'main', revision: commit('a') } });
  expect(placed).toEqual(['model.safetensors']);
  expect(expected).toContainEqual({ path: 'model.safetensors', size: 7, digest: `sha256:${sha256('weights')}` });
  expect(expected).toHaveLength(2);
});

it('leaves the store and its names alone', async () => {
  await run();
  expect(taken(fakes).filter((entry) => /^(?:describe|name|place)/.test(entry))).toEqual([]);
  expect(fakes.state.snapshots.size).toBe(0);
});

it('counts only what is missing when it looks for room', async () => {
  await expect(run(true)).rejects.toMatchObject({ code: 'E_NO_SPACE', details: { needed: 9, available: 7 } });
});
