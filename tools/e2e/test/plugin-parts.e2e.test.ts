import { createHash, createHmac } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Hub, snapshotOf, startHub } from '@ilab/hub';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorkspace, packPlugin, type PluginParts, type Workspace } from '../src/index.ts';

const entry = './dist/index.js';
const sha256 = (content: string): string => createHash('sha256').update(content).digest('hex');

/** Finds files that are called by their sha256. */
const ATTIC: PluginParts = {
  name: 'ilab-plugin-attic',
  ilab: { donors: [{ donor: 'attic', entry, summary: 'Files of Attic', tool: 'Attic', folders: ['.attic/blobs'] }] },
  entry: `import { statSync } from 'node:fs';
export default { $$type: '@ilab/plugin', apiVersion: 1, createDonor: (name, { folders }) => ({ name, async find({ sha256 }) {
  return folders.map((folder) => folder + '/' + sha256).find((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
} }) };`,
};

/** Takes a model for sound whose files, each with its sha256, are sealed with the key that the policy trusts. */
const SEAL: PluginParts = {
  name: 'ilab-plugin-seal',
  ilab: { verifiers: [{ verifier: 'seal', entry, summary: 'Seals', mediaTypes: ['application/vnd.seal'] }] },
  entry: `import { createHmac } from 'node:crypto';
export default { $$type: '@ilab/plugin', apiVersion: 1, createVerifier: (name) => ({ name, async verify({ candidates, files, signers, trust }) {
  const listed = files.filter(({ path }) => path !== 'model.sig').map(({ path, sha256 }) => path + ' ' + sha256).sort().join('\\n');
  const [from] = candidates;
  if (!from) return { state: 'unsigned' };
  const isSealed = trust.some(({ content }) => createHmac('sha256', content).update(listed).digest('hex') === Buffer.from(from.content).toString());
  return isSealed ? { state: 'verified', signer: signers[0], covers: 'files', from: from.name } : { state: 'rejected', code: 'E_INTEGRITY', reason: 'The seal is broken.' };
} }) };`,
};

const FILES = { 'config.json': '{}', 'model.safetensors': 'weights '.repeat(500) };
const KEY = 'of wax';
const sealed = (files: Readonly<Record<string, string>>): string =>
  createHmac('sha256', KEY)
    .update(
      Object.entries(files)
        .map(([path, content]) => `${path} ${sha256(content)}`)
        .sort()
        .join('\n'),
    )
    .digest('hex');

let workspace: Workspace;
let hub: Hub;
beforeAll(async () => {
  const versions = {
    plain: FILES,
    sealed: { ...FILES, 'model.sig': sealed(FILES) },
    changed: { ...FILES, 'config.json': '{"a": 1}', 'model.sig': sealed(FILES) },
  };
  hub = await startHub({
    models: [{ repository: 'acme/model', versions: new Map(Object.entries(versions).map(([name, files]) => [name, snapshotOf(files)])) }],
  });
  workspace = await createWorkspace({ HF_ENDPOINT: hub.url });
});
afterAll(async () => {
  await hub?.close();
  await workspace?.remove();
});

const download = (version: string, ...more: readonly string[]) => workspace.ilab(['model', 'download', `${hub.host}/acme/model:${version}`, ...more]);

async function add(parts: PluginParts): Promise<void> {
  expect(await workspace.ilab(['plugins', 'install', '--yes', await packPlugin(workspace, parts)])).toMatchObject({ code: 0 });
}

describe('a donor of a plugin that was installed', () => {
  it('spares the download of what it finds, and is not believed', async () => {
    await add(ATTIC);
    const blobs = join(workspace.home, '.attic', 'blobs');
    await mkdir(blobs, { recursive: true });
    await writeFile(join(blobs, sha256(FILES['model.safetensors'])), 'WEIGHTS '.repeat(500));
    expect(await download('plain')).toMatchObject({ code: 0, stderr: expect.stringMatching(/Warning: .*\(Attic\) is damaged/) });
    await workspace.ilab(['model', 'remove', `${hub.host}/acme/model:plain`, '--yes']);
    await writeFile(join(blobs, sha256(FILES['model.safetensors'])), FILES['model.safetensors']);
    const { stdout } = await download('plain', '--json');
    expect((JSON.parse(stdout) as { result: readonly object[] }).result).toMatchObject([{ donated: { Attic: FILES['model.safetensors'].length } }]);
  });
});

describe('a verifier of a plugin that was installed', () => {
  it('is asked where a policy names it, and what it says counts', async () => {
    await add(SEAL);
    const config = join(workspace.home, '.config', 'instructlab');
    await mkdir(config, { recursive: true });
    await writeFile(join(config, 'seal.key'), KEY);
    const signatures = [{ match: '**', mode: 'require', verifiers: [{ verifier: 'seal', signers: ['ann'], trust: ['seal.key'] }] }];
    await writeFile(join(config, 'config.yaml'), JSON.stringify({ version: '2.0.0', models: { signatures } }));
    expect(await download('sealed')).toMatchObject({ code: 0 });
    expect((await workspace.ilab(['model', 'inspect', `${hub.host}/acme/model:sealed`])).stdout).toMatch(/^Signature +verified, .*ann.*seal/m);
    expect(await download('changed')).toMatchObject({ code: 6, stderr: expect.stringContaining('The seal is broken.') });
    expect(await download('plain')).toMatchObject({ code: 5, stderr: expect.stringContaining('is not signed') });
  });

  it('is missed when it is gone: nothing that it vouched for is used', async () => {
    expect(await workspace.ilab(['plugins', 'uninstall', SEAL.name])).toMatchObject({ code: 0 });
    expect(await workspace.ilab(['model', 'path', `${hub.host}/acme/model:sealed`])).toMatchObject({ code: 5, stderr: expect.stringContaining('seal') });
  });
});
