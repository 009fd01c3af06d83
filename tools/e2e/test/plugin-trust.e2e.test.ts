import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CLI, createWorkspace, lacking, packPlugin, type PluginParts, startTerminal, type Workspace, writePlugin } from '../src/index.ts';

const SOURCE = { source: 'shelf', schemes: ['shelf'], hosts: ['shelf.example'] };
const registry = (resolve: string): string =>
  `export default { $$type: '@ilab/plugin', apiVersion: 1, createRegistry: (source) => ({ source, capabilities: { versions: false }, resolve: async () => { ${resolve} }, locate: async () => ({}) }) };`;
const SHELF: PluginParts = { name: 'ilab-plugin-shelf', registry: SOURCE, entry: registry('throw new Error("empty")') };

let workspace: Workspace;
let server: Server;
let loaded: string[];
beforeAll(async () => {
  workspace = await createWorkspace();
  loaded = [];
  server = createServer((request, response) => {
    loaded.push(request.url ?? '');
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  server?.close();
  await workspace?.remove();
});
afterEach(async () => {
  for (const { name } of (await json('plugins', 'list')) as readonly { readonly name: string }[]) await workspace.ilab(['plugins', 'uninstall', name]);
});

async function json(...args: readonly string[]): Promise<unknown> {
  return (JSON.parse((await workspace.ilab([...args, '--json'])).stdout) as { result: unknown }).result;
}

const install = async (parts: PluginParts, ...flags: readonly string[]) => workspace.ilab(['plugins', 'install', ...flags, await packPlugin(workspace, parts)]);
const dataDir = (): string => join(workspace.home, '.local', 'share', 'ilab');

describe('a plugin that is to be added', () => {
  it('is not, where nobody is there to say so', async () => {
    expect(await install(SHELF)).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') });
    expect(await json('plugins', 'list')).toEqual([]);
    expect(existsSync(join(dataDir(), 'node_modules', SHELF.name))).toBe(false);
  });

  it('says what it declares, and is pinned by version and hash', async () => {
    const commands = {
      files: { 'oclif.manifest.json': '{"version":"1.2.3","commands":{"shelf:sync":{"id":"shelf:sync"}}}' },
      oclif: { commands: './dist/commands' },
    };
    const { code, stderr } = await install({ ...SHELF, ...commands }, '--yes');
    expect([code, stderr]).toEqual([0, expect.stringContaining('ilab-plugin-shelf 1.2.3')]);
    expect(stderr).toMatch(/source +shelf:\/\/ in a process of its own, with the credentials of shelf\.example and no others/);
    expect(stderr).toMatch(/command +ilab shelf sync, with your rights/);
    expect(stderr).toMatch(/from +file:.*\(sha512-/);
    const lock = JSON.parse(await readFile(join(dataDir(), 'package-lock.json'), 'utf8')) as { packages: Record<string, { integrity?: string }> };
    const integrity = lock.packages[`node_modules/${SHELF.name}`]?.integrity;
    expect(integrity).toMatch(/^sha512-/);
    expect(await json('plugins', 'list')).toMatchObject([
      { name: SHELF.name, version: '1.2.3', state: 'ready', integrity, brings: ['shelf://', 'shelf sync'] },
    ]);
  });

  it.skipIf(lacking('tmux') !== undefined)('is asked for once at a terminal, and left alone when the answer is no', async () => {
    const archive = await packPlugin(workspace, SHELF);
    const terminal = await startTerminal([process.execPath, CLI, 'plugins', 'install', archive], { env: workspace.env, cwd: workspace.home, columns: 160 });
    try {
      expect(await terminal.shows('Add it?')).toContain('with the credentials of shelf.example');
      await terminal.type('n', 'Enter');
      await terminal.shows('ended with 2');
    } finally {
      await terminal.close();
    }
    expect(await json('plugins', 'list')).toEqual([]);
  });

  it('says that it takes the place of one that came along', async () => {
    const hub = { source: 'hf', schemes: ['hf'], hosts: ['huggingface.co'] };
    const { code, stderr } = await install({ ...SHELF, name: '@ilab/plugin-hf', version: '99.0.0', registry: hub }, '--yes');
    expect([code, stderr]).toEqual([0, expect.stringMatching(/instead of +the @ilab\/plugin-hf that came with ilab, with your rights and all credentials/)]);
  });

  it.each<[string, Partial<PluginParts>, RegExp]>([
    ['takes a scheme of one that is there', { name: 'ilab-plugin-aaa', registry: { ...SOURCE, source: 'other' } }, /“shelf” belongs to ilab-plugin-shelf/],
    ['has hooks', { oclif: { hooks: { init: './dist/index.js' } } }, /hooks, which would run at every command/],
    ['brings other plugins', { oclif: { plugins: ['other'] } }, /brings other plugins along/],
    ['has commands that it does not list', { oclif: { commands: './dist/commands' } }, /no oclif\.manifest\.json/],
    [
      'has a command of no name',
      { oclif: { commands: './x' }, files: { 'oclif.manifest.json': '{"version":"2.0.0","commands":{"\\u001b[2J":{}}}' } },
      /no name that can be one/,
    ],
  ])('is refused when it %s, and what was there before stays', async (_what, change, says) => {
    await install(SHELF, '--yes');
    expect(await install({ ...SHELF, version: '2.0.0', ...change }, '--yes')).toMatchObject({ code: 11, stderr: expect.stringMatching(says) });
    expect(await json('plugins', 'list')).toMatchObject([{ name: SHELF.name, version: '1.2.3', state: 'ready' }]);
  });

  it('is refused when it is a folder, which has no hash', async () => {
    const folder = await writePlugin(workspace.home, SHELF);
    expect(await workspace.ilab(['plugins', 'install', '--yes', folder])).toMatchObject({ code: 11, stderr: expect.stringContaining('ilab plugins link') });
  });
});

describe('a plugin that was added', () => {
  it.each([
    ['loops', 'for (;;) {}', /did not answer|no sign of life/],
    ['never answers', 'await new Promise(() => {})', /did not answer/],
    ['ends its process', 'process.exit(0)', /exit code 0/],
    [
      'answers for huggingface.co',
      `return { source: 'shelf', host: 'huggingface.co', repository: 'a/b', revision: 'r', kind: 'tag', files: [], archives: [] }`,
      /another host/,
    ],
  ])('and %s ends a command with its name, and no other', { timeout: 30_000 }, async (_what, body, says) => {
    await install({ ...SHELF, entry: registry(body) }, '--yes');
    const { code, stderr } = await workspace.ilab(['model', 'download', 'shelf.example/a/b']);
    expect([code, stderr]).toEqual([11, expect.stringMatching(/ilab-plugin-shelf 1\.2\.3/)]);
    expect(stderr).toMatch(says);
    expect(await workspace.ilab(['model', 'list'])).toMatchObject({ code: 0 });
  });

  it('is not loaded by what needs none', async () => {
    const port = (server.address() as AddressInfo).port;
    const entry = `await fetch('http://127.0.0.1:${port}/loaded'); ${registry('throw new Error("empty")')}`;
    const engine = { engine: 'loud', entry: './dist/index.js', summary: 'Loud', formats: ['gguf'] };
    const plugins: object[] = [];
    for (let index = 0; index < 20; index += 1) {
      const letter = String.fromCharCode(97 + index);
      const source = { source: `shelf-${letter}`, schemes: [`shelf-${letter}`], hosts: [`${letter}.example`] };
      const commands = [{ command: `loud-${letter} report`, entry: './dist/index.js', summary: 'Loud' }];
      const ilab = { engines: [{ ...engine, engine: `loud-${letter}` }], ...(index % 2 === 0 && { commands }) };
      const name = `ilab-plugin-${letter}`;
      plugins.push({ name, type: 'link', root: await writePlugin(workspace.home, { name, registry: source, ilab, entry }) });
    }
    // As so many calls of `ilab plugins link` leave it.
    const list = (content: readonly object[]) =>
      writeFile(join(dataDir(), 'package.json'), JSON.stringify({ private: true, oclif: { schema: 1, plugins: content } }));
    await mkdir(dataDir(), { recursive: true });
    await list(plugins);
    const none = [
      '--version',
      '--help',
      'loud-a',
      'loud-a report --help',
      'complete loud',
      'model list',
      'registry list',
      'plugins list',
      'engine list',
      'model path none',
    ];
    for (const words of none) await workspace.ilab(words.split(' '));
    expect((await workspace.ilab(['complete', 'loud-'])).stdout.trim().split('\n')).toHaveLength(10);
    expect(loaded).toEqual([]);
    expect(await workspace.ilab(['model', 'versions', 'a.example/x/y'])).toMatchObject({ code: expect.any(Number) });
    await workspace.ilab(['model', 'download', 'a.example/x/y']);
    expect(loaded).not.toEqual([]);
    await list([]);
  });
});
