import { existsSync, readdirSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type NpmRegistry, startNpmRegistry } from '@ilab/hub';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Envelope, ilab, ilabJson } from './in-process.ts';

let home: string;
let registry: NpmRegistry;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'ilab-engine-install-'));
  registry = await startNpmRegistry(home, [
    {
      name: 'binding',
      version: '3.22.1',
      more: { optionalDependencies: { cuda: '1.0.0' }, dependencies: { helper: '1.0.0' }, scripts: { install: `touch ${join(home, 'ran')}` } },
    },
    { name: 'helper', version: '1.0.0' },
    { name: 'cuda', version: '1.0.0' },
  ]);
  const npm = { npm_config_registry: registry.url, npm_config_cache: join(home, 'cache'), npm_config_fetch_retries: '0' };
  env = { HOME: home, XDG_CONFIG_HOME: join(home, 'config'), XDG_DATA_HOME: join(home, 'data'), ...npm };
});
afterAll(async () => {
  await registry.close();
  await rm(home, { recursive: true, force: true });
});
beforeEach(() => {
  rmSync(join(home, 'data'), { recursive: true, force: true });
  registry.asked.splice(0);
});

const call = (...args: string[]): Promise<Envelope> => ilabJson(args, env);

const ENGINE = { engine: 'big', entry: './dist/index.js', summary: 'Big', formats: ['gguf'], size: 1000, packages: { binding: '3.22.1' } };

const RUNNER_MODULE = `export default {
  $$type: '@ilab/plugin', apiVersion: 1,
  createRunner: (name) => ({ name, tasks: ['train'], fit() {}, run() {}, install: async (report) => report({ type: 'log', line: 'making \\u001b[31mit' }) }),
};`;

async function plugin(name: string, ilabBlock: object): Promise<string> {
  const folder = join(home, name);
  await mkdir(join(folder, 'dist'), { recursive: true });
  await writeFile(join(folder, 'dist', 'index.js'), RUNNER_MODULE);
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name, version: '1.0.0', type: 'module', oclif: {}, ilab: { apiVersion: 1, ...ilabBlock } }));
  return folder;
}

async function stateOf(engine: string): Promise<string | undefined> {
  const entries = (await call('engine', 'list')).result as readonly { readonly engine: string; readonly state: string }[];
  return entries.find((entry) => entry.engine === engine)?.state;
}

// Each call runs npm.
vi.setConfig({ testTimeout: 120_000 });

describe('ilab engine install', () => {
  const packages = (): string => join(home, 'data', 'ilab', 'engines', 'big', 'packages');

  it('brings exactly what is named, without scripts and without what is optional', async () => {
    const folder = await plugin('plugin-big', { engines: [ENGINE] });
    expect(await call('engine', 'install', folder)).toMatchObject({
      ok: true,
      result: [{ engine: 'big', plugin: 'plugin-big', version: '1.0.0', packages: { binding: '3.22.1' }, changed: true, bytes: expect.any(Number) }],
    });
    expect(
      readdirSync(join(packages(), 'node_modules'))
        .filter((name) => !name.startsWith('.'))
        .sort(),
    ).toEqual(['binding', 'helper']);
    expect(registry.asked.filter((path) => path.endsWith('.tgz')).sort()).toEqual(['binding.tgz', 'helper.tgz']);
    expect(existsSync(join(home, 'ran'))).toBe(false);
    expect(await stateOf('big')).toBe('ready');
  });

  it('brings a build for GPUs where that is asked for, and keeps it', async () => {
    const folder = await plugin('plugin-big', { engines: [{ ...ENGINE, builds: { cuda: { packages: { cuda: '1.0.0' }, size: 4000 } } }] });
    const told = await ilab(['engine', 'install', folder, '--build', 'cuda'], env);
    expect(told, told.stderr).toMatchObject({ code: 0, stderr: expect.stringContaining('big needs binding 3.22.1, cuda 1.0.0: about 5.0 kB on disk.') });
    expect(existsSync(join(packages(), 'node_modules', 'cuda'))).toBe(true);
    expect((await call('engine', 'install', 'big')).result).toMatchObject([{ changed: false }]);
    expect(existsSync(join(packages(), 'node_modules', 'cuda'))).toBe(true);
    const wrong = await call('engine', 'install', 'big', '--build', 'metal');
    expect(wrong.error).toMatchObject({ code: 'E_USAGE', hint: 'It has: cuda.' });
  });

  it('does nothing where all is there, and puts right what is not', async () => {
    const folder = await plugin('plugin-big', { engines: [ENGINE] });
    await call('engine', 'install', folder);
    registry.asked.splice(0);
    expect((await call('engine', 'install', 'big')).result).toMatchObject([{ changed: false }]);
    expect(registry.asked).toEqual([]);
    rmSync(join(packages(), 'node_modules', 'binding', 'package.json'));
    expect(await stateOf('big')).toBe('incomplete');
    const told = await ilab(['engine', 'install', 'big'], env);
    expect(told).toMatchObject({ code: 0, stdout: expect.stringMatching(/^big is installed \(.*\): plugin-big 1\.0\.0\n$/) });
    expect(told.stderr).toContain('big needs binding 3.22.1: about 1.0 kB on disk.');
    expect(await stateOf('big')).toBe('ready');
    rmSync(join(packages(), 'node_modules', 'binding', 'index.js'));
    expect((await call('engine', 'install', 'big', '--force')).result).toMatchObject([{ changed: true }]);
    expect(existsSync(join(packages(), 'node_modules', 'binding', 'index.js'))).toBe(true);
  });

  it('leaves what was there as it was when it can’t', async () => {
    await call('engine', 'install', await plugin('plugin-big', { engines: [ENGINE] }));
    const newer = await plugin('plugin-big', { engines: [{ ...ENGINE, packages: { binding: '9.9.9' } }] });
    expect((await call('engine', 'install', newer)).error).toMatchObject({
      code: 'E_PLUGIN_BROKEN',
      message: expect.stringContaining('npm could not install'),
    });
    expect(readdirSync(join(packages(), '..'))).toEqual(['packages']);
    expect(existsSync(join(packages(), 'node_modules', 'binding', 'package.json'))).toBe(true);
  });

  it('refuses what brings no engine, and names that nobody has', async () => {
    expect((await call('engine', 'install', 'nobody')).error).toMatchObject({ code: 'E_NOT_FOUND', hint: expect.stringContaining('ilab engine list') });
    const runner = await plugin('plugin-coach', { runners: [{ runner: 'coach', entry: './dist/index.js', summary: 'Trains', tasks: ['train'] }] });
    expect((await call('engine', 'install', runner)).error).toMatchObject({ code: 'E_PLUGIN_BROKEN', message: 'plugin-coach brings no engine.' });
    expect((await call('engine', 'install', 'llama-cpp')).error).toMatchObject({
      code: 'E_PLUGIN_BROKEN',
      message: expect.stringContaining('@ilab/plugin-llama-cpp'),
    });
  });
});

it('ilab engine uninstall takes all of it away', async () => {
  await call('engine', 'install', await plugin('plugin-big', { engines: [ENGINE] }));
  expect((await call('engine', 'uninstall', 'big')).result).toMatchObject({ engine: 'big', bytes: expect.any(Number) });
  expect(existsSync(join(home, 'data', 'ilab', 'engines', 'big'))).toBe(false);
  expect(await stateOf('big')).toBeUndefined();
  expect((await call('engine', 'uninstall', 'big')).error).toMatchObject({ code: 'E_NOT_FOUND' });
});

it('ilab runner install brings a runner, and makes its environment', async () => {
  const runner = { runner: 'coach', entry: './dist/index.js', summary: 'Trains', tasks: ['train'] };
  const told = await ilab(['runner', 'install', await plugin('plugin-coach', { runners: [runner] })], env);
  expect(told).toMatchObject({ code: 0, stdout: 'coach is installed: plugin-coach 1.0.0\n', stderr: expect.stringContaining('making ?[31mit') });
  expect((await call('runner', 'list')).result).toContainEqual(expect.objectContaining({ runner: 'coach', tasks: ['train'], state: 'ready' }));
});
