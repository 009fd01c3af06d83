import { chmodSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { snapshotOf, startHub } from '@ilab/hub';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createIlab, type Diagnosis, type IlabOptions } from '../src/index.ts';

const CANARY = 'canary-8f3a2b1c';

function emptyHome(files: Readonly<Record<string, string>> = {}): string {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'ilab-doctor-')));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), text);
    chmodSync(join(home, path), 0o600);
  }
  return home;
}

async function diagnose(home: string, options: IlabOptions = {}): Promise<Diagnosis> {
  await using ilab = await createIlab({ home, cwd: home, env: {}, ...options });
  return ilab.doctor();
}

function about({ findings }: Diagnosis, check: string) {
  return findings.filter((finding) => finding.check === check);
}

describe('credentials', () => {
  const auths = { 'quay.io': { auth: Buffer.from(`user:${CANARY}`).toString('base64') }, 'ghcr.io/acme': { identitytoken: CANARY } };
  const files = {
    '.docker/config.json': JSON.stringify({ auths, credHelpers: { 'gcr.io': 'gcloud' }, credsStore: 'pass' }),
    '.config/containers/auth.json': JSON.stringify({ auths: { 'registry.example': { username: 'user', password: CANARY } } }),
    '.cache/huggingface/token': `hf_${CANARY}`,
  };

  it('are found, with where and for whom, and never shown', async () => {
    const diagnosis = await diagnose(emptyHome(files));
    expect(about(diagnosis, 'credentials').map(({ message }) => message)).toEqual([
      expect.stringMatching(/containers\/auth\.json holds some for registry\.example\.$/),
      expect.stringMatching(
        /config\.json holds some for quay\.io, ghcr\.io\/acme, gcr\.io \(through a helper\), other hosts \(through docker-credential-pass\)\.$/,
      ),
    ]);
    expect(about(diagnosis, 'Hugging Face token')[0]?.message).toMatch(/huggingface\/token, and goes to huggingface\.co only/);
    const told = JSON.stringify(diagnosis);
    for (const part of [CANARY, CANARY.slice(0, 8), CANARY.slice(-8), auths['quay.io'].auth.slice(0, 12)]) expect(told).not.toContain(part);
  });

  it('that others can read are a warning', async () => {
    const home = emptyHome(files);
    chmodSync(join(home, '.docker/config.json'), 0o644);
    expect(about(await diagnose(home), 'credentials')[1]).toMatchObject({ state: 'warning', advice: `chmod 600 ${join(home, '.docker/config.json')}` });
  });

  it.each(['{"auths": {', '[]', 'null'])('that are %s are a problem', async (text) => {
    const diagnosis = await diagnose(emptyHome({ '.docker/config.json': text }));
    expect(about(diagnosis, 'credentials')[0]).toMatchObject({ state: 'problem', code: 'E_BAD_CONFIG' });
    expect(diagnosis).toMatchObject({ healthy: false, exitCode: 2 });
  });

  it('of Hugging Face in the environment go to the Hub in use, unless they are none', async () => {
    const env = { HF_TOKEN: CANARY, HF_ENDPOINT: 'https://hub.example' };
    expect(about(await diagnose(emptyHome(), { env }), 'Hugging Face token')[0]).toMatchObject({
      state: 'ok',
      message: 'One is in HF_TOKEN, and goes to hub.example only.',
    });
    const quoted = await diagnose(emptyHome(), { env: { HF_TOKEN: `a ${CANARY}` } });
    expect(about(quoted, 'Hugging Face token')[0]).toMatchObject({ state: 'problem', code: 'E_UNAUTHORIZED' });
    expect(JSON.stringify(quoted)).not.toContain(CANARY);
  });

  it('with names that could steer a terminal don’t', async () => {
    const diagnosis = await diagnose(emptyHome({ '.docker/config.json': JSON.stringify({ auths: { 'a\u001b[2J.example': {} } }) }));
    expect(about(diagnosis, 'credentials')[0]?.message).toContain('a?[2J.example');
  });
});

describe('registries', () => {
  async function homeWithModelOf(hub: Awaited<ReturnType<typeof startHub>>): Promise<string> {
    const home = emptyHome();
    await using ilab = await createIlab({ home, cwd: home, env: {} });
    await ilab.models.download({ reference: `${hub.host}/acme/model:v1` });
    return home;
  }

  const models = [{ repository: 'acme/model', versions: new Map([['v1', snapshotOf({ 'model.gguf': 'GGUF' })]]) }];

  it('are asked where models came from them, and not when offline', async () => {
    const hub = await startHub({ models });
    onTestFinished(() => hub.close());
    const home = await homeWithModelOf(hub);
    expect(about(await diagnose(home), `registry ${hub.host}`)).toEqual([{ check: `registry ${hub.host}`, state: 'ok', message: 'It answers.' }]);
    const before = hub.requests.length;
    expect(about(await diagnose(home, { settings: { offline: true } }), 'registries')[0]?.message).toContain(`Not asked, being offline: ${hub.host}`);
    expect(hub.requests.length).toBe(before);
  });

  it('that are gone, or never answer, are problems of the network within seconds', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void silent.close());
    const port = (silent.address() as AddressInfo).port;
    const config = `version: 2.0.0\nmodels:\n  registries:\n    "127.0.0.1:${port}": {}\n    "127.0.0.1:1": {}\n`;
    const diagnosis = await diagnose(emptyHome({ '.config/instructlab/config.yaml': config }));
    expect(about(diagnosis, `registry 127.0.0.1:${port}`)[0]).toMatchObject({
      state: 'problem',
      code: 'E_NETWORK',
      message: expect.stringContaining('3 seconds'),
    });
    expect(about(diagnosis, 'registry 127.0.0.1:1')[0]).toMatchObject({ state: 'problem', code: 'E_NETWORK' });
    expect(diagnosis.exitCode).toBe(7);
  });

  it('that nobody configured are not asked', async () => {
    expect(about(await diagnose(emptyHome()), 'registries')[0]).toMatchObject({ state: 'ok', message: expect.stringContaining('None is configured') });
  });
});

describe('versions', () => {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../../plugins/hf/package.json', import.meta.url), 'utf8')).ilab;
  const plugin = { name: '@ilab/plugin-hf', root: '/nowhere', manifest, type: 'user' } as const;

  it.each([
    ['older than the program', { ...plugin, version: '1.2.3' }, 'warning'],
    ['as old as the program', { ...plugin, version: '2.0.0' }, 'ok'],
    ['that came with the program', { ...plugin, version: '1.2.3', type: 'core' as const }, 'ok'],
    ['of another plugin API', { ...plugin, version: '2.0.0', manifest: { apiVersion: 2 } }, 'problem'],
  ])('of a plugin %s', async (_what, given, state) => {
    const diagnosis = await diagnose(emptyHome(), { plugins: [given], tool: 'ilab/2.0.0' });
    expect(about(diagnosis, 'plugin @ilab/plugin-hf')[0]).toMatchObject({ state });
    expect(about(diagnosis, 'plugin @ilab/plugin-oci')[0]).toMatchObject({ state: 'warning', advice: 'ilab plugins install @ilab/plugin-oci' });
    expect(diagnosis.exitCode).toBe(state === 'problem' ? 11 : 0);
  });

  it('of plugins without a source are told with what they bring, or what is wrong', async () => {
    const command = { command: 'acme report', entry: './index.js', summary: 'Reports.' };
    const acme = { name: 'ilab-plugin-acme', version: '1.0.0', root: '/acme', type: 'link', manifest: { apiVersion: 1, commands: [command] } } as const;
    const [found] = about(await diagnose(emptyHome(), { plugins: [acme] }), 'plugin ilab-plugin-acme');
    expect(found).toMatchObject({ state: 'ok', message: 'Version 1.0.0 brings “acme report”.' });
    const broken = { ...acme, manifest: { apiVersion: 1, commands: [{ ...command, command: 'acme' }] } };
    const diagnosis = await diagnose(emptyHome(), { plugins: [broken] });
    expect(about(diagnosis, 'plugin ilab-plugin-acme')).toMatchObject([{ state: 'problem', advice: 'ilab plugins link /acme' }]);
    expect(diagnosis.exitCode).toBe(11);
  });

  it('of the program and of Node come first', async () => {
    const { findings } = await diagnose(emptyHome(), { tool: 'ilab/2.0.0' });
    expect(findings[0]?.message).toContain(`ilab 2.0.0, Node ${process.versions.node}`);
  });
});

describe('configuration', () => {
  it('of version 1 is read, and a warning', async () => {
    const diagnosis = await diagnose(emptyHome({ '.config/instructlab/config.yaml': 'version: 1.0.0\n' }));
    expect(about(diagnosis, 'configuration')[0]).toMatchObject({
      state: 'warning',
      message: expect.stringContaining('is read as such'),
      advice: expect.stringContaining('ilab config migrate'),
    });
  });
});

describe('variables', () => {
  it('that nothing reads are a warning, without their values', async () => {
    const env = {
      ILAB_FEATURE_SCOPE: CANARY,
      ILAB_SYSTEM_PROFILE_DIR: CANARY,
      ILAB_MODEL_DIR: CANARY,
      ILAB_OTHERS: CANARY,
      ILAB_OFFLINE: '1',
      ILAB_PULL: 'never',
    };
    const diagnosis = await diagnose(emptyHome(), { env });
    expect(about(diagnosis, 'variables').map(({ state, message, advice }) => [state, message, advice])).toEqual([
      ['warning', 'ILAB_FEATURE_SCOPE is set, and nothing reads it.', 'No command has to be allowed by it.'],
      ['warning', 'ILAB_MODEL_DIR is set, and nothing reads it.', 'Did you mean ILAB_MODELS_DIR?'],
      ['warning', 'ILAB_OTHERS is set, and nothing reads it.', 'unset it'],
      ['warning', 'ILAB_SYSTEM_PROFILE_DIR is set, and nothing reads it.', expect.stringContaining('ILAB_GLOBAL_CONFIG')],
    ]);
    expect(JSON.stringify(diagnosis)).not.toContain(CANARY);
  });

  it('of ilab are not told of', async () => {
    expect(about(await diagnose(emptyHome(), { env: { ILAB_DEBUG: '1', ILAB_PROGRESS: 'plain' } }), 'variables')).toEqual([]);
  });
});
