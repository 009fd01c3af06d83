import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorkspace, lacking, packPluginWithAll, type S3Server, startVersitygw, type Workspace } from '../src/index.ts';

const missing = lacking('versitygw');
const weights = randomBytes(12 * 1024 * 1024);

describe.skipIf(missing !== undefined)(`@ilab/plugin-s3, installed from its archive${missing === undefined ? '' : ` (${missing})`}`, () => {
  let workspace: Workspace;
  let server: S3Server;
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ilab-s3-e2e-'));
    workspace = await createWorkspace();
    server = await startVersitygw({ directory, region: 'eu-central-1' });
    await server.createBucket('models');
    await server.put('models/acme/granite/v1/config.json', '{}');
    await server.put('models/acme/granite/v1/model.gguf', weights, { parts: 5 * 1024 * 1024 });
    const archives = await packPluginWithAll('plugins/s3');
    const settings = `version: 2.0.0\nmodels:\n  registries:\n    "${server.host}": { source: s3 }\n`;
    await mkdir(join(workspace.home, '.config', 'instructlab'), { recursive: true });
    await writeFile(join(workspace.home, '.config', 'instructlab', 'config.yaml'), settings);
    const { code, stderr } = await workspace.ilab(['plugins', 'install', '--yes', ...archives], { env: { npm_config_offline: 'true' } });
    await rm(dirname(archives[0] ?? ''), { recursive: true });
    expect([code, stderr]).toEqual([0, expect.stringMatching(/sees +AWS_ACCESS_KEY_ID, .*\n +reads +~\/\.aws\/config, ~\/\.aws\/credentials/)]);
  });
  afterAll(async () => {
    await server?.stop();
    await workspace?.remove();
    await rm(directory, { recursive: true, force: true });
  });

  const reference = () => `${server.host}/models/acme/granite:v1`;
  const json = async (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    JSON.parse((await workspace.ilab([...args, '--json'], { env })).stdout) as {
      readonly ok: boolean;
      readonly result: never;
      readonly error: { readonly code: string };
    };
  const keys = () => ({ AWS_ACCESS_KEY_ID: server.accessKeyId, AWS_SECRET_ACCESS_KEY: server.secretAccessKey, AWS_ENDPOINT_URL_S3: `http://${server.host}` });

  it('gets nothing without keys, or with those of another host', async () => {
    expect((await json(['model', 'download', reference()])).error.code).toBe('E_UNAUTHORIZED');
    expect((await json(['model', 'download', reference()], { ...keys(), AWS_ENDPOINT_URL_S3: 'https://elsewhere.example' })).error.code).toBe('E_UNAUTHORIZED');
  });

  it('downloads with the keys of the environment, and again with those of the profile, which fetches nothing', async () => {
    const { result } = await json(['model', 'download', reference()], keys());
    expect(result).toMatchObject([{ files: ['config.json', 'model.gguf'], bytes: weights.length + 2, fetched: weights.length + 2 }]);
    const [{ path }] = result as readonly [{ readonly path: string }];
    expect(weights.equals(await readFile(path))).toBe(true);
    await mkdir(join(workspace.home, '.aws'));
    await writeFile(join(workspace.home, '.aws', 'config'), `[default]\nendpoint_url = http://${server.host}\n`);
    await writeFile(
      join(workspace.home, '.aws', 'credentials'),
      `[default]\naws_access_key_id = ${server.accessKeyId}\naws_secret_access_key = ${server.secretAccessKey}\n`,
    );
    expect((await json(['model', 'download', reference()])).result).toMatchObject([{ fetched: 0 }]);
    expect((await json(['model', 'verify', reference()])).ok).toBe(true);
    await rm(join(workspace.home, '.aws'), { recursive: true });
  });

  it('lists what there is, and follows a version that changed', async () => {
    expect((await json(['model', 'versions', `${server.host}/models/acme/granite`], keys())).result).toMatchObject([{ name: 'v1' }]);
    await server.put('models/acme/granite/v1/config.json', '{"new": true}');
    expect((await json(['model', 'update', reference()], keys())).ok).toBe(true);
    const { result } = await json(['model', 'path', reference()], keys());
    expect(await readFile(join(dirname((result as { readonly path: string }).path), 'config.json'), 'utf8')).toBe('{"new": true}');
  });
});
