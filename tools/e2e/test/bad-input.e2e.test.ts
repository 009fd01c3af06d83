import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { blobOf, descriptor, type Hub, packManifest, readModels, snapshotOf, startHub } from '@ilab/hub';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWorkspace, freePort, type Outcome, root, storeOf, type Workspace } from '../src/index.ts';

/** Nothing that a user or a registry does wrong ends in a stack trace, or in something half-made that a list would show. */
let hub: Hub;
let workspace: Workspace;

const IMAGE = packManifest(
  {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: descriptor(blobOf('{}'), 'application/vnd.oci.image.config.v1+json'),
    layers: [],
  },
  [blobOf('{}')],
);

beforeEach(async () => {
  hub = await startHub({
    models: [
      ...(await readModels(join(root, 'tools', 'demo', 'models'))),
      { repository: 'ilab/gated', versions: new Map([['v1', snapshotOf({ 'config.json': '{}' })]]) },
    ],
    artifacts: { 'acme/image:v1': IMAGE },
    access: { gated: { 'ilab/gated': ['hf_good_token'] } },
  });
  workspace = await createWorkspace({ HF_ENDPOINT: hub.url });
});
afterEach(async () => {
  await hub.close();
  await workspace.remove();
});

async function expectPlainError(
  outcome: Outcome,
  { exit, code, says }: { readonly exit: number; readonly code: string; readonly says: RegExp },
): Promise<void> {
  expect(outcome.stderr).toMatch(new RegExp(`^(Warning: .*\n)*Error \\[${code}\\] `));
  expect(outcome.stderr).toMatch(says);
  expect(outcome.stderr).not.toMatch(/\n\s+at |node:internal|\.js:\d+|\.ts:\d+/);
  // What happened, then what to do; a caret takes two lines more.
  expect(outcome.stderr.trim().split('\n').length).toBeLessThanOrEqual(4);
  expect(outcome.stdout).toBe('');
  expect(outcome.code).toBe(exit);
  await expectNothingHalfMade();
}

async function expectNothingHalfMade(): Promise<void> {
  const { stdout } = await workspace.ilab(['model', 'list', '--json']);
  const { result } = JSON.parse(stdout) as { result: Record<string, unknown[]> };
  expect(result).toMatchObject({ models: [], adapters: [], checkpoints: [], broken: [], offline: [] });
  // No version name leads anywhere: neither a record nor a link.
  const visible = await readdir(storeOf(workspace), { recursive: true }).catch(() => []);
  expect(visible.filter((path) => !path.startsWith('.store') && (path.includes('.versions/') || /\/(?:v1|main)$/.test(path)))).toEqual([]);
}

describe('bad input', () => {
  it.each([
    ['a missing repository of a registry', () => `${hub.host}/acme/none:v1`, { exit: 3, code: 'E_NOT_FOUND', says: /no repository “acme\/none”/ }],
    ['a missing version of a registry', () => `${hub.host}/ilab/demo:v9`, { exit: 3, code: 'E_NOT_FOUND', says: /no version “v9”[\s\S]*It has: v1, v2/ }],
    ['a missing repository of a Hub', () => 'hf://ilab/none', { exit: 3, code: 'E_NOT_FOUND', says: /“ilab\/none” was not found[\s\S]*Check the spelling/ }],
    ['a missing version of a Hub', () => 'hf://ilab/demo:v9', { exit: 3, code: 'E_NOT_FOUND', says: /no version “v9”/ }],
    ['a selector that fits no file', () => 'hf://ilab/demo:Q2_K', { exit: 3, code: 'E_NOT_FOUND', says: /fits “Q2_K”/ }],
    ['a gated repository without a token', () => 'hf://ilab/gated', { exit: 5, code: 'E_UNAUTHORIZED', says: /gated[\s\S]*Ask for access/ }],
    ['an ordinary image', () => `${hub.host}/acme/image:v1`, { exit: 3, code: 'E_NOT_A_MODEL', says: /no model[\s\S]*ModelCar/ }],
    ['an unknown scheme', () => 'gopher://host/model', { exit: 2, code: 'E_BAD_REFERENCE', says: /gopher/ }],
    ['a reference that can’t be read', () => 'quay.io/a b:v1', { exit: 2, code: 'E_BAD_REFERENCE', says: /\^/ }],
    ['a host that does not answer', () => `127.0.0.1:${1}/a/b:v1`, { exit: 7, code: 'E_NETWORK', says: /nobody answers/ }],
  ])('%s', async (_what, reference, expected) => {
    await expectPlainError(await workspace.ilab(['model', 'download', reference()]), expected);
  });

  it('a gated repository whose token has no access', async () => {
    const outcome = await workspace.ilab(['model', 'download', 'hf://ilab/gated'], { env: { HF_TOKEN: 'hf_other_token' } });
    await expectPlainError(outcome, { exit: 5, code: 'E_FORBIDDEN', says: /no access yet/ });
    expect(outcome.stderr).not.toContain('hf_other_token');
  });

  it('no network, and no leave to use it', async () => {
    await expectPlainError(await workspace.ilab(['model', 'download', 'hf://ilab/demo', '--offline']), { exit: 9, code: 'E_OFFLINE', says: /offline/ });
    await expectPlainError(await workspace.ilab(['model', 'path', 'hf://ilab/demo', '--offline']), { exit: 9, code: 'E_OFFLINE', says: /offline/ });
  });

  it('a corrupt download', async () => {
    hub.faults.add({ on: '/blobs/', times: 100, kind: 'wrong-bytes', at: 1000 });
    await expectPlainError(await workspace.ilab(['model', 'download', `${hub.host}/ilab/demo:v1`]), { exit: 6, code: 'E_INTEGRITY', says: /not/ });
  });

  it('a manifest that is not the one it is named', async () => {
    hub.faults.add({ on: '/manifests/', times: 100, kind: 'wrong-bytes', at: 100 });
    await expectPlainError(await workspace.ilab(['model', 'download', `${hub.host}/ilab/demo:v1`]), { exit: 6, code: 'E_INTEGRITY', says: /manifest/ });
  });

  it('a registry that is broken for good', async () => {
    hub.faults.add({ on: '/v2/', times: 1000, kind: 'status', status: 503, headers: { 'retry-after': '0' } });
    await expectPlainError(await workspace.ilab(['model', 'download', `${hub.host}/ilab/demo:v1`]), { exit: 7, code: 'E_REGISTRY', says: /503/ });
  });

  it('a registry that asks to slow down for good', async () => {
    hub.faults.add({ on: '/manifests/', times: 1000, kind: 'status', status: 429, headers: { 'retry-after': '0' } });
    await expectPlainError(await workspace.ilab(['model', 'download', `${hub.host}/ilab/demo:v1`]), { exit: 7, code: 'E_RATE_LIMITED', says: /slow down/ });
  });

  it('a port where something else answers', async () => {
    const other = await startHub({ models: [], port: await freePort() });
    other.faults.add({ on: '/', times: 1000, kind: 'headers', headers: { 'content-type': 'text/html' } });
    try {
      const outcome = await workspace.ilab(['model', 'download', `${other.host}/a/b:v1`]);
      expect(outcome.code).toBe(3);
    } finally {
      await other.close();
    }
  });

  it('a models directory that is a file', async () => {
    const file = join(workspace.home, 'file');
    await writeFile(file, '');
    const outcome = await workspace.ilab(['model', 'download', `${hub.host}/ilab/demo:v1`, '--store', join(file, 'models')]);
    expect(outcome).toMatchObject({ code: 8, stderr: expect.stringMatching(/^Error \[E_STORE\] .*file/) });
  });

  it('a configuration that is not valid', async () => {
    await mkdir(join(workspace.home, '.config', 'instructlab'), { recursive: true });
    await writeFile(join(workspace.home, '.config', 'instructlab', 'config.yaml'), 'version: 2.0.0\nmodels:\n  pull: sometimes\n');
    const outcome = await workspace.ilab(['model', 'list']);
    expect(outcome).toMatchObject({ code: 2, stderr: expect.stringMatching(/^Error \[E_BAD_CONFIG\] .*config\.yaml.*models\.pull/) });
  });

  it('the same in JSON, with the same exit code', async () => {
    const outcome = await workspace.ilab(['model', 'download', `${hub.host}/acme/none:v1`, '--json']);
    expect(outcome.code).toBe(3);
    expect(JSON.parse(outcome.stdout)).toMatchObject({ ok: false, error: { code: 'E_NOT_FOUND', hint: expect.any(String) }, warnings: [] });
  });

  it.each([
    [['model', 'lst'], /Did you mean: ilab model list/],
    [['model', 'list', '--foo'], /--foo/],
    [['model', 'path'], /No model is named/],
    [['model', 'path', 'a', '--model', 'b'], /twice/],
    [['model', 'list', '--sort', 'colour'], /colour/],
  ])('%j', async (args, says) => {
    await expectPlainError(await workspace.ilab(args), { exit: 2, code: 'E_USAGE', says });
  });
});

describe('a full disk', () => {
  // A file system of its own can only be mounted by root, and not in every container.
  it('says so before the first byte, and keeps the store clean', async ({ skip }) => {
    const { run } = await import('../src/index.ts');
    const disk = join(workspace.home, 'disk');
    await mkdir(disk);
    const mounted = await run('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk], { env: process.env }).catch(() => undefined);
    if (mounted?.code !== 0) skip('no file system can be mounted here');
    try {
      const outcome = await workspace.ilab(['model', 'download', `${hub.host}/ilab/demo:v1`, '--store', disk]);
      expect(outcome).toMatchObject({ code: 8, stderr: expect.stringMatching(/^Error \[E_NO_SPACE\] .*needs 4\.8 MB, and /) });
      expect(hub.requests.filter(({ url }) => url.includes('/blobs/'))).toEqual([]);
    } finally {
      await run('umount', [disk], { env: process.env });
    }
  });
});
