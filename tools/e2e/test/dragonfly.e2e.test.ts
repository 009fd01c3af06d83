import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Dragonfly, type Hub, snapshotOf, startDragonfly, startHub } from '@ilab/hub';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createWorkspace, packAll, root, type Workspace } from '../src/index.ts';

const WEIGHTS = randomBytes(6 * 1024 * 1024);
const REFERENCE = 'acme/model:v1';

let hub: Hub;
let dragonfly: Dragonfly;
const machines: Workspace[] = [];
beforeAll(async () => {
  const versions = new Map([['v1', snapshotOf({ 'model.safetensors': WEIGHTS, 'config.json': '{}' })]]);
  hub = await startHub({ models: [{ repository: 'acme/model', versions }], access: { private: ['acme/model'], tokens: ['secret-token'] } });
});
afterAll(() => hub?.close());
afterEach(async () => {
  await dragonfly?.close();
  for (const machine of machines.splice(0)) await machine.remove();
});

/** A machine with the plugin, whose user says this of it. */
async function machine(settings: object): Promise<Workspace> {
  const workspace = await createWorkspace({ HF_ENDPOINT: hub.url, HF_TOKEN: 'secret-token' });
  machines.push(workspace);
  const folder = join(workspace.home, '.config', 'instructlab');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'config.yaml'), JSON.stringify({ version: '2.0.0', models: { carriers: { dragonfly: settings } } }));
  await workspace.ilab(['plugins', 'link', join(root, 'plugins', 'dragonfly')]);
  return workspace;
}

async function downloaded(on: Workspace): Promise<{ readonly stderr: string; readonly bytes: Buffer }> {
  const { code, stdout, stderr } = await on.ilab(['model', 'download', REFERENCE]);
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  return { stderr, bytes: readFileSync(join(stdout.trim(), 'model.safetensors')) };
}

describe('files through Dragonfly', () => {
  it('are fetched once for two machines, and verified on both', async () => {
    dragonfly = await startDragonfly();
    const settings = { address: dragonfly.address, trusted_hosts: [hub.host] };
    for (const one of [await machine(settings), await machine(settings)]) {
      expect((await downloaded(one)).bytes.equals(WEIGHTS)).toBe(true);
      expect(await one.ilab(['model', 'verify', REFERENCE])).toMatchObject({ code: 0 });
    }
    expect(dragonfly.fetchedFromOrigin).toBe(1);
    expect(dragonfly.requests.map(({ url }) => url)).toEqual(Array(2).fill(expect.stringMatching(/\/acme\/model\/resolve\/[0-9a-f]{40}\/model\.safetensors$/)));
    expect(dragonfly.requests[0]?.headers.authorization).toBe('Bearer secret-token');
  });

  it('come from where they are, with one warning, where nobody answers', async () => {
    const { stderr, bytes } = await downloaded(await machine({ address: 'http://127.0.0.1:1', trusted_hosts: [hub.host] }));
    expect(bytes.equals(WEIGHTS)).toBe(true);
    expect(stderr.match(/dragonfly at http:\/\/127\.0\.0\.1:1 does not answer/g)).toHaveLength(1);
  });
});

describe('the plugin for Dragonfly, packed', () => {
  it('says before it is added what the daemon learns and is told, and has no code', async () => {
    const [archive = ''] = await packAll(['plugins/dragonfly']);
    const workspace = await createWorkspace();
    machines.push(workspace);
    const { code, stdout, stderr } = await workspace.ilab(['plugins', 'install', '--yes', archive]);
    await rm(dirname(archive), { recursive: true });
    expect([code, stdout]).toEqual([0, '@ilab/plugin-dragonfly 0.0.0: carrier dragonfly\n']);
    expect(stderr).toMatch(
      /carrier +dragonfly: files of every source come through http:\/\/127\.0\.0\.1:4001, which learns what you download, and no credentials/,
    );
    expect(stderr).toMatch(/tells it +X-Dragonfly-Registry: \{origin\}/);
    const listed = JSON.parse((await workspace.ilab(['plugins', 'list', '--json'])).stdout) as { result: unknown };
    expect(listed.result).toMatchObject([{ name: '@ilab/plugin-dragonfly', state: 'ready', brings: ['dragonfly'] }]);
  });
});
