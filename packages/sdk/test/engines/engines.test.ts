import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineContext } from '@ilab/plugin-api';
import { type Hub, snapshotOf, startHub } from '@ilab/hub';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createIlab, type Ilab, type IlabOptions, type PluginPackage } from '../../src/index.ts';
import { bundledPlugins } from '../../src/plugins/bundled-plugins.ts';
import { ENGINE, writePlugin } from './write-plugin.ts';

let home: string;
let hub: Hub;
const opened: Ilab[] = [];
beforeEach(async () => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'ilab-engines-')));
  hub = await startHub({ models: [{ repository: 'acme/model', versions: new Map([['main', snapshotOf({ 'm-Q4_K_M.gguf': 'GGUF four' })]]) }] });
});
afterEach(async () => {
  for (const ilab of opened.splice(0)) await ilab.close();
  await hub.close();
  rmSync(home, { recursive: true, force: true });
});

async function make(plugins: readonly PluginPackage[], options: IlabOptions = {}): Promise<Ilab> {
  const ilab = await createIlab({ home, cwd: home, env: { HF_ENDPOINT: hub.url }, plugins: [...plugins, ...bundledPlugins()], ...options });
  opened.push(ilab);
  return ilab;
}

function handed(): EngineContext[] {
  return (globalThis as { ilabTest?: EngineContext[] }).ilabTest ?? [];
}

const write = (options: Partial<Parameters<typeof writePlugin>[1]> = {}): PluginPackage => writePlugin(home, { manifest: { engines: [ENGINE] }, ...options });

describe('ilab.engines.list', () => {
  it('knows what could be installed', async () => {
    const missing = (await (await make([])).engines.list()).map(({ engine, state, reason }) => [engine, state, reason]);
    expect(missing).toContainEqual(['llama-cpp', 'missing', 'bring it with: ilab engine install llama-cpp']);
    expect(missing.map(([engine]) => engine)).toEqual(process.platform === 'linux' ? ['llama-cpp', 'vllm', 'openai'] : ['llama-cpp', 'openai']);
  });

  it('shows what is there, what is not whole, and what is broken, each with its reason', async () => {
    const ilab = await make([
      write(),
      write({ name: '@you/large', manifest: { engines: [{ ...ENGINE, engine: 'large', packages: { '@scope/part-{platform}': '1.0.0' } }] } }),
      write({ name: '@you/second', manifest: { engines: [ENGINE] } }),
      write({ name: '@you/thief', manifest: { engines: [{ ...ENGINE, engine: 'llama-cpp' }] } }),
      write({ name: '@you/senseless', manifest: { engines: [{ ...ENGINE, formats: 'gguf' }] } }),
      write({ name: '@you/future', manifest: { apiVersion: 2, engines: [ENGINE] } }),
    ]);
    const entries = (await ilab.engines.list())
      .filter(({ state }) => state !== 'missing')
      .map(({ engine, plugin, state, reason }) => [engine, plugin, state, reason]);
    expect(entries).toEqual([
      ['mine', '@you/engine', 'ready', undefined],
      ['large', '@you/large', 'incomplete', 'finish it with: ilab engine install large'],
      ['mine', '@you/second', 'invalid', 'the name “mine” belongs to @you/engine'],
      ['llama-cpp', '@you/thief', 'invalid', 'the name “llama-cpp” belongs to @ilab/plugin-llama-cpp'],
      ['', '@you/senseless', 'invalid', '“formats” of mine is no list of formats'],
      ['', '@you/future', 'invalid', 'it is made for plugin API 2, and this ilab has 1: update ilab, or take an older version of the plugin'],
    ]);
    expect(
      ilab.registries
        .list()
        .filter(({ state }) => state === 'ready')
        .map(({ source }) => source),
    ).toEqual(['hf', 'oci']);
  });

  it.each([
    ['a range', { packages: { x: '^1.0.0' } }, '“packages” of mine has what is no package in an exact version: x'],
    ['a build of a range', { builds: { cuda: { packages: { x: '^1.0.0' } } } }, '“packages” of mine has what is no package in an exact version: x'],
    ['a build without a name', { builds: { '../x': {} } }, '“builds” of mine has what is no name: ../x'],
    ['a tag', { packages: { x: 'latest' } }, 'exact version: x'],
    ['an address', { packages: { x: 'https://example.com/x.tgz' } }, 'exact version: x'],
    ['another package than it says', { packages: { '../x': '1.0.0' } }, 'exact version: ../x'],
    ['an option', { packages: { '--registry': '1.0.0' } }, 'exact version: --registry'],
    ['an entry outside', { entry: './dist/../../x.js' }, '“entry” of mine'],
    ['a name that is none', { engine: 'Mine!' }, '“engine” is no name'],
    ['a size that is none', { size: 'large' }, '“size” of mine'],
  ])('does not take %s', async (_what, wrong, reason) => {
    const ilab = await make([write({ manifest: { engines: [{ ...ENGINE, ...wrong }] } })]);
    expect((await ilab.engines.list())[0]).toMatchObject({ state: 'invalid', reason: expect.stringContaining(reason) });
  });
});

describe('an engine', () => {
  it('is handed a folder of its own, and its packages once they are there', async () => {
    const before = handed().length;
    const manifest = { engines: [{ ...ENGINE, packages: { '@scope/part': '1.0.0' } }] };
    const dataDir = join(home, 'data');
    const plugin = write({ manifest });
    await (await make([plugin], { dataDir })).engines.open('mine');
    const packages = join(dataDir, 'engines', 'mine', 'packages');
    mkdirSync(join(packages, 'node_modules', '@scope', 'part'), { recursive: true });
    writeFileSync(join(packages, 'node_modules', '@scope', 'part', 'package.json'), '{"version":"1.0.1"}');
    await (await make([plugin], { dataDir })).engines.open('mine');
    writeFileSync(join(packages, 'node_modules', '@scope', 'part', 'package.json'), '{"version":"1.0.0"}');
    await (await make([plugin], { dataDir })).engines.open('mine');
    const contexts = handed().slice(before);
    expect(contexts.map(({ packages: given }) => given)).toEqual([undefined, undefined, packages]);
    expect(contexts[0]).toMatchObject({
      home,
      data: join(dataDir, 'engines', 'mine', 'data'),
      env: { HF_ENDPOINT: hub.url },
      credentials: { find: expect.any(Function) },
    });
  });

  it.each(['throws', 'lies'] as const)('that %s is broken when it is opened, and harms nobody', async (module) => {
    const ilab = await make([write({ name: '@you/broken', module, manifest: { engines: [{ ...ENGINE, engine: 'broken' }] } }), write()]);
    await expect(ilab.engines.open('broken')).rejects.toMatchObject({ code: 'E_PLUGIN_BROKEN', message: expect.stringContaining('@you/broken 1.2.3') });
    expect(await ilab.engines.plan({ model: 'hf://acme/model' })).toMatchObject({ engine: 'mine' });
    await expect(ilab.engines.open('nobody')).rejects.toMatchObject({ code: 'E_PLUGIN_MISSING', hint: 'See which there are: ilab engine list' });
  });

  it('is said to be missing with the command that brings it', async () => {
    const ilab = await make([]);
    await expect(ilab.engines.plan({ model: 'hf://acme/model' })).rejects.toMatchObject({
      code: 'E_PLUGIN_MISSING',
      hint: 'Install one: ilab engine install llama-cpp',
      details: { format: 'gguf', engine: 'llama-cpp' },
    });
  });
});

describe('a model that runs', () => {
  it('is found, fetched, and can’t be removed before it has ended', async () => {
    const ilab = await make([write()]);
    const plan = await ilab.engines.plan({ model: 'hf://acme/model' });
    expect(plan).toMatchObject({ because: 'It runs gguf. It is there.', names: [expect.stringContaining('acme/model:main')] });
    const session = await ilab.engines.start(plan, { purpose: 'serve' });
    const removal = await ilab.models.planRemoval({ reference: 'acme/model' });
    await expect(ilab.models.remove(removal)).rejects.toMatchObject({ code: 'E_IN_USE', message: expect.stringContaining('serve') });
    await session.end();
    expect((await ilab.models.remove(removal)).bytes).toBeGreaterThan(0);
  });

  it('is not started when its bytes are not all there', async () => {
    const ilab = await make([write()]);
    const plan = await ilab.engines.plan({ model: 'hf://acme/model' });
    const [path = ''] = [plan.request.model.path];
    chmodSync(path, 0o600);
    truncateSync(path, 4);
    await expect(ilab.engines.start(plan, { purpose: 'serve' })).rejects.toMatchObject({ code: 'E_INTEGRITY', hint: expect.stringContaining('--repair') });
  });
});

describe('the doctor', () => {
  it('tells of engines and runners that are there, and what to do about those that are not whole', async () => {
    const large = { ...ENGINE, engine: 'large', packages: { x: '1.0.0' } };
    const ilab = await make([
      write(),
      write({ name: '@you/large', manifest: { engines: [large] } }),
      write({ name: '@you/second', manifest: { engines: [ENGINE] } }),
    ]);
    const { findings } = await ilab.doctor();
    expect(findings.filter(({ check }) => check.startsWith('engine '))).toEqual([
      { check: 'engine mine', state: 'ok', message: 'It is there: @you/engine 1.2.3.' },
      { check: 'engine large', state: 'warning', message: expect.any(String), advice: 'ilab engine install large' },
      {
        check: 'engine mine',
        state: 'problem',
        message: expect.stringContaining('belongs to'),
        advice: 'ilab plugins uninstall @you/second',
        code: 'E_PLUGIN_BROKEN',
      },
    ]);
    const without = await (await make([])).doctor();
    expect(without.findings).toContainEqual({ check: 'engines', state: 'ok', message: expect.stringContaining('ilab engine list') });
  });
});
