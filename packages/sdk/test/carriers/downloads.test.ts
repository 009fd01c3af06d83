import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Dragonfly, type Hub, snapshotOf, startDragonfly, startHub } from '@ilab/hub';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createIlab } from '../../src/index.ts';
import { bundledPlugins } from '../../src/plugins/bundled-plugins.ts';
import type { PluginPackage } from '../../src/plugins/plugin-package.ts';

const {
  name,
  version,
  ilab: manifest,
} = JSON.parse(readFileSync(new URL('../../../../plugins/dragonfly/package.json', import.meta.url), 'utf8')) as {
  readonly name: string;
  readonly version: string;
  readonly ilab: unknown;
};
const PLUGIN: PluginPackage = { name, version, manifest, root: '/nowhere', type: 'user' };
const WEIGHTS = randomBytes(6 * 1024 * 1024);

let hub: Hub;
let dragonfly: Dragonfly;
let home: string;
beforeAll(async () => {
  const versions = new Map([['v1', snapshotOf({ 'model.safetensors': WEIGHTS, 'config.json': '{}' })]]);
  hub = await startHub({ models: [{ repository: 'acme/model', versions }], access: { private: ['acme/model'], tokens: ['secret-token'] } });
});
afterAll(() => hub?.close());
beforeEach(async () => {
  dragonfly = await startDragonfly();
  home = mkdtempSync(join(tmpdir(), 'ilab-carriers-'));
});
afterEach(async () => {
  await dragonfly.close();
  rmSync(home, { recursive: true, force: true });
});

/** Downloads with what the user says of the carrier. */
async function download(settings: object) {
  const folder = join(home, '.config', 'instructlab');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'config.yaml'),
    JSON.stringify({ version: '2.0.0', models: { carriers: { dragonfly: { address: dragonfly.address, ...settings } } } }),
  );
  const warnings: string[] = [];
  const logger = { warn: (text: string) => void warnings.push(text), info() {}, debug() {} };
  const env = { HF_ENDPOINT: hub.url, HF_TOKEN: 'secret-token' };
  await using ilab = await createIlab({ home, cwd: home, env, logger, plugins: [...bundledPlugins(), PLUGIN] });
  const { path } = await ilab.models.download({ reference: 'acme/model:v1' });
  return { warnings, isRight: readFileSync(join(path, 'model.safetensors')).equals(WEIGHTS) };
}

describe('a download through a carrier', () => {
  it('asks it for large files alone, and tells it of credentials where it is trusted with them', async () => {
    expect(await download({ trusted_hosts: [hub.host] })).toEqual({ warnings: [], isRight: true });
    expect(dragonfly.requests.map(({ url }) => url)).toEqual([expect.stringMatching(/\/acme\/model\/resolve\/[0-9a-f]{40}\/model\.safetensors$/)]);
    expect(dragonfly.requests[0]?.headers.authorization).toBe('Bearer secret-token');
    expect(dragonfly.fetchedFromOrigin).toBe(1);
  });

  it.each([
    ['sends wrong bytes', { kind: 'wrong-bytes', at: 5 }, [expect.stringMatching(/sends other bytes/)]],
    ['breaks off', { kind: 'cut', at: 1_000_000 }, [expect.stringMatching(/does not answer/)]],
    ['fails', { kind: 'status', status: 500 }, []],
    ['lets nobody in', { kind: 'status', status: 403 }, []],
    ['redirects to nowhere', { kind: 'status', status: 302 }, []],
    ['sends too much', { kind: 'no-range' }, []],
  ] as const)('is whole all the same when the daemon %s', async (_what, fault, warnings) => {
    dragonfly.faults.add({ on: 'model.safetensors', times: 1000, ...fault });
    expect(await download({ trusted_hosts: [hub.host] })).toEqual({ warnings, isRight: true });
    expect(dragonfly.requests.length).toBeGreaterThan(0);
  });

  it('asks no daemon for what is on this machine, unless it is trusted with it', async () => {
    expect(await download({})).toEqual({ warnings: [], isRight: true });
    expect(dragonfly.requests).toEqual([]);
  });

  it('ends with an address that is none before anything is fetched', async () => {
    await expect(download({ address: 'http://a/b' })).rejects.toMatchObject({ code: 'E_BAD_CONFIG' });
  });
});
