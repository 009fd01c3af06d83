import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorkspace, packPlugin, type Workspace, writePlugin } from '../src/index.ts';

const CONTENT = 'weights of the shelf';
const SHA256 = createHash('sha256').update(CONTENT).digest('hex');

/** A plugin as third parties write it, in plain JavaScript and without a dependency: structure is all that is checked. */
const ENTRY = `export default {
  $$type: '@ilab/plugin',
  apiVersion: 1,
  createRegistry: (source) => ({
    source,
    capabilities: { versions: false },
    resolve: async ({ host, repository }) => ({
      source, host, repository, revision: 'sha256:${SHA256}', version: 'v1', kind: 'tag', archives: [],
      files: [{ path: 'model.gguf', blob: { id: 'model.gguf', size: ${CONTENT.length}, digest: 'sha256:${SHA256}' } }],
    }),
    locate: async ({ snapshot }) => ({ url: 'http://' + snapshot.host + '/model.gguf', headers: {} }),
  }),
};
`;

let workspace: Workspace;
let server: Server;
let host: string;
beforeAll(async () => {
  workspace = await createWorkspace();
  server = createServer((_request, response) => response.end(CONTENT));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server?.close().closeAllConnections();
  await workspace?.remove();
});

describe('plugins', () => {
  it('are installed without their scripts, bring a source, and are taken away again', async () => {
    const archive = await packPlugin(workspace, {
      name: 'ilab-plugin-shelf',
      registry: { source: 'shelf', schemes: ['shelf'], hosts: ['shelf.example'] },
      scripts: { postinstall: `touch ${join(workspace.home, 'ran')}` },
      entry: ENTRY,
    });
    const installed = await workspace.ilab(['plugins', 'install', '--yes', archive]);
    expect(installed).toMatchObject({ code: 0, stdout: 'ilab-plugin-shelf 1.2.3: shelf://\n' });
    await expect(readFile(join(workspace.home, 'ran'))).rejects.toMatchObject({ code: 'ENOENT' });
    expect((await workspace.ilab(['registry', 'list'])).stdout).toMatch(/^shelf +shelf:\/\/ +shelf\.example +ilab-plugin-shelf 1\.2\.3 +ready$/m);
    expect((await workspace.ilab(['plugins', 'list'])).stdout).toContain('ilab-plugin-shelf');

    const { stdout, code, stderr } = await workspace.ilab(['model', 'download', `shelf://${host}/a/b`]);
    expect([code, stderr]).toEqual([0, expect.stringContaining('1 file')]);
    expect(await readFile(stdout.trim(), 'utf8')).toBe(CONTENT);

    expect(await workspace.ilab(['plugins', 'uninstall', 'ilab-plugin-shelf'])).toMatchObject({ code: 0 });
    expect(await workspace.ilab(['model', 'download', `shelf://${host}/a/b`])).toMatchObject({ code: 2, stderr: expect.stringContaining('shelf') });
  });

  it('are used where they lie', async () => {
    const directory = await writePlugin(workspace.home, {
      name: 'ilab-plugin-linked',
      registry: { source: 'linked', schemes: ['linked'], hosts: [] },
      entry: ENTRY,
    });
    expect(await workspace.ilab(['plugins', 'link', directory])).toMatchObject({ code: 0 });
    expect((await workspace.ilab(['registry', 'list'])).stdout).toMatch(/^linked /m);
    expect(await workspace.ilab(['plugins', 'uninstall', 'ilab-plugin-linked'])).toMatchObject({ code: 0 });
    expect((await workspace.ilab(['registry', 'list'])).stdout).not.toMatch(/^linked /m);
  });

  it('are missed in one line when their folder is gone', async () => {
    const registry = { source: 'lost', schemes: ['lost'], hosts: [] };
    const directory = await writePlugin(workspace.home, { name: 'ilab-plugin-lost', registry, entry: ENTRY });
    expect(await workspace.ilab(['plugins', 'link', directory])).toMatchObject({ code: 0 });
    await rm(directory, { recursive: true });
    const lost = `Warning: The plugin ilab-plugin-lost can’t be loaded from ${directory}. Take it away: ilab plugins uninstall ilab-plugin-lost\n`;
    expect(await workspace.ilab(['registry', 'list'])).toMatchObject({ code: 0, stderr: lost });
    expect(await workspace.ilab(['registry', 'list', '--quiet'])).toMatchObject({ code: 0, stderr: '' });
    expect(await workspace.ilab(['plugins', 'list'])).toMatchObject({ code: 0, stdout: expect.stringContaining('broken'), stderr: '' });
    expect(await workspace.ilab(['plugins', 'uninstall', 'ilab-plugin-lost'])).toMatchObject({ code: 0, stderr: '' });
    expect(await workspace.ilab(['registry', 'list'])).toMatchObject({ code: 0, stderr: '' });
  });

  it.each<readonly [string, Readonly<Record<string, unknown>>, RegExp]>([
    ['takes a first-party host', { source: 'evil', schemes: ['evil'], hosts: ['huggingface.co'] }, /“huggingface\.co” belongs to @ilab\/plugin-hf/],
    ['takes a first-party scheme', { source: 'evil', schemes: ['oci'], hosts: [] }, /“oci” belongs to @ilab\/plugin-oci/],
    ['has no grammar', { source: 'evil', schemes: ['evil'], hosts: [], patterns: undefined }, /patterns/],
    ['leads out of its package', { source: 'evil', schemes: ['evil'], hosts: [], entry: '../../x.js' }, /entry/],
  ])('one that %s is refused, and not kept', async (_what, registry, says) => {
    const archive = await packPlugin(workspace, { name: 'ilab-plugin-evil', registry, entry: ENTRY });
    expect(await workspace.ilab(['plugins', 'install', '--yes', archive])).toMatchObject({ code: 11, stderr: expect.stringMatching(says) });
    expect((await workspace.ilab(['registry', 'list'])).stdout).not.toContain('evil');
    expect((await workspace.ilab(['plugins', 'list'])).stdout).toBe('No plugins were added.\n');
  });

  it('that are none are refused', async () => {
    expect(await workspace.ilab(['plugins', 'link', workspace.home])).toMatchObject({ code: 11 });
    expect(await workspace.ilab(['plugins', 'install', '--prefix=/x'])).toMatchObject({ code: 2 });
    expect(await workspace.ilab(['plugins', 'uninstall', 'nobody'])).toMatchObject({ code: 3 });
  });
});
