import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Hub, type NpmRegistry, snapshotOf, startHub, startNpmRegistry } from '@ilab/hub';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CLI, createWorkspace, lacking, startTerminal, type Terminal, type Workspace, writeEngine } from '../src/index.ts';

const missing = lacking('tmux');
const MODEL = Buffer.concat([Buffer.from('GGUF'), Buffer.from([3, 0, 0, 0]), Buffer.alloc(16)]);
const DEFAULT = 'instructlab/granite-7b-lab-GGUF';

let workspace: Workspace;
let hub: Hub;
let registry: NpmRegistry;
let terminal: Terminal;

beforeEach(async () => {
  hub = await startHub({ models: [{ repository: DEFAULT, versions: new Map([['main', snapshotOf({ 'granite-7b-lab-Q4_K_M.gguf': MODEL })]]) }] });
  workspace = await createWorkspace({ HF_ENDPOINT: hub.url });
  registry = await startNpmRegistry(workspace.home, [{ name: 'binding', version: '1.0.0' }]);
  await writeEngine(workspace, { packages: { binding: '1.0.0' }, size: 5_000_000 });
});
afterEach(async () => {
  await terminal?.close();
  await registry?.close();
  await hub?.close();
  await workspace?.remove();
});

async function serve(...args: readonly string[]): Promise<void> {
  const env = { ...workspace.env, npm_config_registry: registry.url, npm_config_cache: join(workspace.home, 'npm') };
  const command = [process.execPath, CLI, 'model', 'serve', ...args, '--port', '0'];
  terminal = await startTerminal(command, { env, cwd: workspace.home, columns: 140 });
}

/** Serves a model that is here. */
async function serveFile(): Promise<void> {
  const model = join(workspace.home, 'm.gguf');
  await writeFile(model, MODEL);
  await serve('--model', model);
}

const isFetched = (): boolean => hub.requests.some(({ url }) => url.includes('/resolve/'));

describe.skipIf(missing)(`an engine that lacks, at a terminal${missing ? `: ${missing}` : ''}`, () => {
  it('is offered, installed, and runs the model at once', async () => {
    await serveFile();
    expect(await terminal.shows('Install mine? [y/N]')).toContain('mine can’t run it: It is not whole.');
    await terminal.type('y', 'Enter');
    const screen = await terminal.shows(/Serving \S+m\.gguf at http:/);
    expect(screen).toContain('mine needs binding 1.0.0: about 5.0 MB on disk.');
    expect(screen).toContain('Running it with mine. It runs gguf. It is whole.');
    await terminal.type('C-c');
    expect(await terminal.shows(/ended with \d+/)).toContain('ended with 0');
    expect((await workspace.ilab(['engine', 'list'])).stdout).toMatch(/^mine +gguf +@you\/engine 1\.0\.0 +ready$/m);
  });

  it('stays away where nobody wants it', async () => {
    await serveFile();
    await terminal.shows('Install mine? [y/N]');
    await terminal.type('Enter');
    expect(await terminal.shows(/ended with \d+/)).toMatch(/Error \[E_ENGINE\] mine can’t run it: It is not whole\.\n\s+Install it\.\nended with 11$/);
    expect(registry.asked).toEqual([]);
  });

  it('is offered before a model is fetched that nothing runs', async () => {
    await serve('--model', DEFAULT);
    await terminal.shows('mine is not installed completely. Install mine? [y/N]');
    expect(isFetched()).toBe(false);
    await terminal.type('Enter');
    const screen = await terminal.shows(/ended with \d+/);
    expect(screen).toContain('was not fetched: mine is not installed completely.');
    expect(screen).toContain('ended with 11');
    expect([isFetched(), registry.asked]).toEqual([false, []]);
  });

  it('comes with the default model, by one question', async () => {
    await serve();
    await terminal.shows('No model is named, and mine is not installed completely. Install mine, and download the default,');
    await terminal.type('y', 'Enter');
    await terminal.shows(/Serving \S+granite-7b-lab-GGUF\S* at http:/);
    expect(isFetched()).toBe(true);
    await terminal.type('C-c');
    expect(await terminal.shows(/ended with \d+/)).toContain('ended with 0');
  });
});
