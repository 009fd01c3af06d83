import { spawn } from 'node:child_process';
import { createHash, randomFillSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Hub, snapshotOf, startHub } from '@ilab/hub';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CLI, createWorkspace, findPython, lackingModules, mustRun, type Workspace } from '../src/index.ts';

const SIZE = 64 * 1024 * 1024;
/** One percent, in ten places. */
const PLACES = 10;
const CHANGE = Math.floor(SIZE / 100 / PLACES);

/** Weights, as storage by chunks packs them: the first half by byte groups, the second half not at all. */
const first = randomFillSync(Buffer.alloc(SIZE));
for (let at = 0; at < SIZE / 2; at += 2) first[at + 1] = 0x3c + ((first[at + 1] ?? 0) % 3);
const second = Buffer.from(first);
for (let place = 0; place < PLACES; place++) randomFillSync(second, Math.floor((SIZE / PLACES) * (place + 0.4)), CHANGE);
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

let hub: Hub;
beforeAll(async () => {
  const versions = new Map([first, second].map((bytes, index) => [`v${index + 1}`, snapshotOf({ 'model.safetensors': bytes, 'config.json': '{}' })]));
  hub = await startHub({ xet: true, models: [{ repository: 'acme/model', versions }] });
});
afterAll(() => hub.close());

let workspace: Workspace;
let seen = 0;
beforeEach(async () => {
  workspace = await createWorkspace({ HF_ENDPOINT: hub.url, HF_HUB_DISABLE_PROGRESS_BARS: '1' });
  seen = hub.requests.length;
});
afterEach(async () => {
  hub.faults.clear();
  await workspace.remove();
});

const asked = (what: string): number => hub.requests.slice(seen).filter(({ url }) => url.includes(what)).length;

type Done = { readonly fetched: number; readonly linked: number; readonly path: string };

async function download(version: string, env: Readonly<Record<string, string>> = {}): Promise<Done> {
  const { code, stdout, stderr } = await workspace.ilab(['model', 'download', `hf://acme/model:${version}`, '--json'], { env });
  expect(stderr).toBe('');
  expect(code).toBe(0);
  return (JSON.parse(stdout) as { result: [Done] }).result[0];
}

const isSecond = ({ path }: Done): boolean => sha256(readFileSync(join(path, 'model.safetensors'))) === sha256(second);

describe('a second version that changes one percent', () => {
  it('fetches at most five percent of it', async () => {
    expect(await download('v1')).toMatchObject({ linked: 0 });
    expect(asked('/reconstructions/')).toBe(0);
    hub.meter.reset();
    const done = await download('v2');
    expect(isSecond(done)).toBe(true);
    expect(done.fetched).toBeLessThan(SIZE * 0.05);
    expect(done.fetched).toBe(hub.meter.served());
    expect(done.linked).toBeGreaterThan(SIZE * 0.95);
  });

  it('is fetched whole where HF_HUB_DISABLE_XET says so', async () => {
    await download('v1');
    const done = await download('v2', { HF_HUB_DISABLE_XET: '1' });
    expect(isSecond(done)).toBe(true);
    expect(done.fetched).toBeGreaterThanOrEqual(SIZE);
  });

  it('is never wrong: a chunk that is another is found, and all of it fetched by ranges', async () => {
    await download('v1');
    hub.faults.add({ on: '/xorbs/', kind: 'wrong-bytes', at: 30_000, times: 100 });
    expect(isSecond(await download('v2'))).toBe(true);
    expect(asked('/xorbs/')).toBeGreaterThan(0);
  });

  it('goes on after a kill in the middle', async () => {
    await download('v1');
    hub.faults.add({ on: '/xorbs/', kind: 'stall', at: 200_000, times: 100 });
    const child = spawn(process.execPath, [CLI, 'model', 'download', 'hf://acme/model:v2'], { env: workspace.env, stdio: 'ignore' });
    while (asked('/xorbs/') === 0) await sleep(20);
    await sleep(1000);
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('close', resolve));
    hub.faults.clear();
    const done = await download('v2');
    expect(isSecond(done)).toBe(true);
    expect(done.fetched).toBeLessThan(SIZE * 0.05);
  });
});

const noXet = lackingModules('huggingface_hub', 'hf_xet');
describe.skipIf(noXet !== undefined)(`the official client${noXet === undefined ? '' : ` (${noXet})`}`, () => {
  const python = (script: string): Promise<string> => mustRun(findPython() ?? '', ['-c', script], { env: workspace.env });

  it('downloads by Xet from the embedded hub', async () => {
    const path = await python('from huggingface_hub import hf_hub_download; print(hf_hub_download("acme/model", "model.safetensors", revision="v2"))');
    expect(sha256(readFileSync(path.trim()))).toBe(sha256(second));
    expect(asked('/xet-read-token/')).toBeGreaterThan(0);
    expect(asked('/v2/reconstructions/')).toBeGreaterThan(0);
    expect(asked('/xorbs/')).toBeGreaterThan(0);
    expect(asked('/blobs/')).toBe(0);
  });

  it('hashes a file as the embedded hub does', async () => {
    const { path } = await download('v2');
    const hash = await python(`import hf_xet; print(hf_xet.hash_files([${JSON.stringify(join(path, 'model.safetensors'))}])[0].hash)`);
    const tree = (await (await fetch(`${hub.url}/api/models/acme/model/tree/v2?recursive=true`)).json()) as { path: string; xetHash?: string }[];
    expect(tree.find((entry) => entry.path === 'model.safetensors')?.xetHash).toBe(hash.trim());
  });
});
