import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CLI, createWorkspace, root, run, type Workspace } from '../src/index.ts';

/** What is loaded is what start-up costs; milliseconds on a shared machine tell nothing, a list of modules does. */
describe('start-up', () => {
  let workspace: Workspace;
  beforeEach(async () => {
    workspace = await createWorkspace();
  });
  afterEach(() => workspace.remove());

  async function loaded(...args: string[]): Promise<readonly string[]> {
    const trace = join(workspace.home, 'trace');
    const hooks = pathToFileURL(join(root, 'tools', 'e2e', 'src', 'module-trace.mjs')).href;
    await run(process.execPath, ['--import', hooks, CLI, ...args], { cwd: workspace.home, env: { ...workspace.env, ILAB_TRACE: trace } });
    const text = await readFile(trace, 'utf8');
    await rm(trace);
    return text
      .trim()
      .split('\n')
      .filter((url) => url.startsWith('file:'));
  }

  it('reads nothing but its own package to tell its version', async () => {
    expect(await loaded('--version')).toEqual([pathToFileURL(CLI).href]);
  });

  it.each([[['model', 'list']], [['config', 'show']], [['registry', 'list']], [['model', 'parse', 'quay.io/a/b:v1']]])(
    '%j loads a few files of not much code, no network client and no plugin',
    async (args) => {
      const urls = await loaded(...args);
      expect(urls.length).toBeLessThan(28);
      expect(await bytesOf(urls)).toBeLessThan(1_200_000);
      expect(urls.filter((url) => /\/plugins\/(?:hf|oci)\//.test(url))).toEqual([]);
      expect(await withClient(urls)).toEqual([]);
    },
  );

  it.each([[['model', 'path', '']], [['model', 'li']], [['config', 'set', 'models.pull', '']]])(
    'completes %j without the command line and the library',
    async (words) => {
      const urls = await loaded('complete', ...words);
      expect(urls.map((url) => url.split('/').at(-1))).toEqual(['run.js', 'complete.js']);
      expect(await bytesOf(urls)).toBeLessThan(400_000);
    },
  );

  it('loads client and plugin where the network is used, and then this test sees them', async () => {
    const urls = await loaded('model', 'download', '127.0.0.1:1/a/b:v1');
    expect(await withClient(urls)).toHaveLength(1);
    const plugin = urls.filter((url) => url.includes('/plugins/oci/'));
    expect(plugin).not.toEqual([]);
    // A plugin is a bundle of its own, with what it takes of the core; the use cases are in the command line's.
    expect(await having('E_UNTRUSTED', plugin)).not.toEqual([]);
    expect(await having('downloadModel', plugin)).toEqual([]);
    expect(await having('downloadModel', urls)).not.toEqual([]);
    expect(await withSigstore(urls)).toEqual([]);
  });

  it('loads what checks certificates where a policy trusts identities, and only there', async () => {
    await writeFile(join(workspace.home, 'root.json'), '{}');
    const configured = async (policy: object): Promise<readonly string[]> => {
      const config = join(workspace.home, 'config.yaml');
      await writeFile(config, JSON.stringify({ version: '2.0.0', models: { signatures: [{ match: '**', mode: 'require', ...policy }] } }));
      return withSigstore(await loaded('doctor', '--offline'));
    };
    workspace = { ...workspace, env: { ...workspace.env, ILAB_CONFIG: join(workspace.home, 'config.yaml') } };
    expect(await configured({ keys: ['none.pem'] })).toEqual([]);
    expect(await configured({ identities: [{ issuer: 'i', subject: 's' }], trusted_root: 'root.json' })).not.toEqual([]);
  });
});

async function bytesOf(urls: readonly string[]): Promise<number> {
  const sizes = await Promise.all(urls.map(async (url) => (await stat(new URL(url))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Files with what reads Sigstore's certificates and logs in them, by a field that only it knows. */
function withSigstore(urls: readonly string[]): Promise<readonly string[]> {
  return having('signedEntryTimestamp', urls);
}

/** Files with the network client in them, by a class that only it has. */
function withClient(urls: readonly string[]): Promise<readonly string[]> {
  return having(/EnvHttpProxyAgent\d*\s*=\s*class/, urls);
}

async function having(text: string | RegExp, urls: readonly string[]): Promise<readonly string[]> {
  const sources = await Promise.all(urls.map(async (url) => ({ url, source: await readFile(new URL(url), 'utf8') })));
  return sources.filter(({ source }) => source.search(text) >= 0).map(({ url }) => url);
}
