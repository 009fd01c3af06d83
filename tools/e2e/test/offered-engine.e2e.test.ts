import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type NpmRegistry, startNpmRegistry } from '@ilab/hub';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CLI, createWorkspace, lacking, startTerminal, type Terminal, type Workspace, writeEngine } from '../src/index.ts';

const missing = lacking('tmux');
let workspace: Workspace;
let registry: NpmRegistry;
let terminal: Terminal;

beforeEach(async () => {
  workspace = await createWorkspace();
  registry = await startNpmRegistry(workspace.home, [{ name: 'binding', version: '1.0.0' }]);
  await writeEngine(workspace, { packages: { binding: '1.0.0' }, size: 5_000_000 });
  const model = join(workspace.home, 'm.gguf');
  await writeFile(model, Buffer.concat([Buffer.from('GGUF'), Buffer.from([3, 0, 0, 0]), Buffer.alloc(16)]));
  const env = { ...workspace.env, npm_config_registry: registry.url, npm_config_cache: join(workspace.home, 'npm') };
  const command = [process.execPath, CLI, 'model', 'serve', '--model', model, '--port', '0'];
  terminal = await startTerminal(command, { env, cwd: workspace.home, columns: 140 });
});
afterEach(async () => {
  await terminal?.close();
  await registry?.close();
  await workspace?.remove();
});

describe.skipIf(missing)(`an engine that lacks, at a terminal${missing ? `: ${missing}` : ''}`, () => {
  it('is offered, installed, and runs the model at once', async () => {
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
    await terminal.shows('Install mine? [y/N]');
    await terminal.type('Enter');
    expect(await terminal.shows(/ended with \d+/)).toMatch(/Error \[E_ENGINE\] mine can’t run it: It is not whole\.\n\s+Install it\.\nended with 11$/);
    expect(registry.asked).toEqual([]);
  });
});
