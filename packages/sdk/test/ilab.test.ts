import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Hub, snapshotOf, startHub } from '@ilab/hub';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createIlab, type Ilab, type IlabOptions } from '../src/index.ts';

let home: string;
let hub: Hub;
let ilab: Ilab;
const opened: Ilab[] = [];
const versions = new Map([
  ['v1', snapshotOf({ 'config.json': '{}', 'model-Q4_K_M.gguf': 'GGUF four', 'other-Q8_0.gguf': 'GGUF eight' })],
  ['v2', snapshotOf({ 'config.json': '{}', 'model-Q4_K_M.gguf': 'GGUF four', 'other-Q8_0.gguf': 'GGUF eight, better' })],
]);

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'ilab-sdk-'));
  hub = await startHub({ models: [{ repository: 'acme/model', versions }] });
  ilab = await make();
});
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
  await hub.close();
  await rm(home, { recursive: true, force: true });
});

async function make(more: IlabOptions = {}): Promise<Ilab> {
  const made = await createIlab({ home, cwd: home, env: { HF_ENDPOINT: hub.url }, ...more });
  opened.push(made);
  return made;
}

describe('createIlab', () => {
  it('downloads, lists, resolves and removes', async () => {
    const { path, fetched, linked } = await ilab.models.download({ reference: `${hub.host}/acme/model:v1` });
    expect({ fetched, linked }).toEqual({ fetched: 21, linked: 0 });
    expect(await ilab.models.download({ reference: `${hub.host}/acme/model:v2` })).toMatchObject({ fetched: 18, linked: 11 });
    expect((await ilab.models.list()).models.map(({ version }) => version)).toEqual(['v1', 'v2']);
    // Of several quantisations one is chosen, as llama.cpp would.
    expect((await ilab.models.resolve({ reference: 'model:v1' })).path).toBe(join(path, 'model-Q4_K_M.gguf'));
    const plan = await ilab.models.planRemoval({ reference: 'model:v1' });
    expect(plan.bytes).toBe(10);
    // What describes the files goes with them.
    expect((await ilab.models.remove(plan)).bytes).toBeGreaterThanOrEqual(10);
    expect((await ilab.models.list()).models.map(({ version }) => version)).toEqual(['v2']);
    await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('takes a quantisation alone, and the rest later, without fetching twice', async () => {
    const one = await ilab.models.download({ reference: 'hf://acme/model:Q4_K_M' });
    expect(one.reference).toBe('huggingface.co/acme/model:main#Q4_K_M');
    expect(one.files).toEqual(['model-Q4_K_M.gguf']);
    expect(await readFile(one.path, 'utf8')).toBe('GGUF four');
    const all = await ilab.models.download({ reference: 'hf://acme/model' });
    expect([...all.files].sort()).toEqual(['config.json', 'model-Q4_K_M.gguf', 'other-Q8_0.gguf']);
    expect(all.fetched).toBe(2 + 'GGUF eight, better'.length);
  });

  it('asks no registry for what is here', async () => {
    await ilab.models.download({ reference: `${hub.host}/acme/model:v1` });
    const asked = hub.requests.length;
    await ilab.models.resolve({ reference: `${hub.host}/acme/model:v1` });
    await ilab.models.inspect({ reference: 'model:v1' });
    expect(hub.requests.length).toBe(asked);
  });

  it('fetches by policy, and says whether it did', async () => {
    const offline = await make({ settings: { offline: true } });
    await expect(offline.models.resolve({ reference: `${hub.host}/acme/model:v1` })).rejects.toMatchObject({ code: 'E_OFFLINE' });
    await expect(ilab.models.resolve({ reference: `${hub.host}/acme/model:v1`, pull: 'never' })).rejects.toMatchObject({ code: 'E_NOT_FOUND' });
    expect(await ilab.models.resolve({ reference: `${hub.host}/acme/model:v1` })).toMatchObject({ origin: 'remote', downloaded: true, version: 'v1' });
    expect(await offline.models.resolve({ reference: `${hub.host}/acme/model:v1` })).toMatchObject({ origin: 'tracked', downloaded: false });
  });

  it('says what a download would do, and does nothing', async () => {
    const plan = await ilab.models.planDownload({ reference: `${hub.host}/acme/model:v1` });
    expect(plan).toMatchObject({ bytes: 21, needed: 21 });
    expect((await ilab.models.list()).models).toEqual([]);
  });

  it('is aborted', async () => {
    hub.faults.add({ on: '/manifests/', kind: 'stall', at: 0 });
    const started = performance.now();
    await expect(ilab.models.download({ reference: `${hub.host}/acme/model:v1` }, { signal: AbortSignal.timeout(200) })).rejects.toThrow();
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('downloads a short name from where the configuration says', async () => {
    await expect(ilab.models.download({ reference: 'model:v1' })).rejects.toMatchObject({ code: 'E_NOT_FOUND' });
    const config = join(home, 'config.yaml');
    await writeFile(config, JSON.stringify({ version: '2.0.0', models: { short_names: { search: [`${hub.host}/acme`] } } }));
    const searching = await make({ env: { HF_ENDPOINT: hub.url, ILAB_CONFIG: config } });
    expect(await searching.models.planDownload({ reference: 'model:v1' })).toMatchObject({ bytes: 21 });
    expect(await searching.models.download({ reference: 'model', revision: 'v1' })).toMatchObject({ reference: `${hub.host}/acme/model:v1` });
  });

  it('takes the version beside the files that a reference names', async () => {
    expect(await ilab.models.download({ reference: 'acme/model:Q8_0', revision: 'v1' })).toMatchObject({
      reference: 'huggingface.co/acme/model:v1#Q8_0',
      files: ['other-Q8_0.gguf'],
    });
  });

  it('refuses two versions at once', async () => {
    await expect(ilab.models.download({ reference: `${hub.host}/acme/model:v1`, revision: 'v2' })).rejects.toMatchObject({ code: 'E_USAGE' });
  });
});

describe('the example of the README', () => {
  it('is the one that is tested here, and works', async () => {
    const example = await readFile(new URL('example.ts', import.meta.url), 'utf8');
    expect(await readFile(new URL('../README.md', import.meta.url), 'utf8')).toContain(example.trim());
    const script = `import { locate } from ${JSON.stringify(fileURLToPath(new URL('example.ts', import.meta.url)))}; console.log(await locate('hf://acme/model:Q8_0'));`;
    const env = { PATH: process.env['PATH'], HOME: home, HF_ENDPOINT: hub.url };
    const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=@ilab/source', '--input-type=module', '-e', script], {
      env,
      cwd: fileURLToPath(new URL('.', import.meta.url)),
    });
    expect(await readFile(stdout.trim(), 'utf8')).toBe('GGUF eight, better');
  });
});
