import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeKey, makeSigstore, modelStatement, resourcesOf, signStatement, snapshotOf, startHub } from '@ilab/hub';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  createWorkspace,
  findProgram,
  findPython,
  lacking,
  lackingModules,
  mustRun,
  type RealServer,
  run,
  startDockerRegistry,
  startOlareg,
  type Workspace,
} from '../src/index.ts';

const FILES = { 'config.json': '{}', 'sub/model.safetensors': 'weights' };

let folder: string;
let workspace: Workspace;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ilab-signing-'));
  workspace = await createWorkspace();
});
afterEach(async () => {
  await workspace.remove();
  await rm(folder, { recursive: true, force: true });
});

/** Writes a model to disk, for tools to sign. */
async function writeModel(files: Readonly<Record<string, string>> = FILES): Promise<string> {
  const model = join(folder, 'model');
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(model, path, '..'), { recursive: true });
    await writeFile(join(model, path), content);
  }
  return model;
}

/** What OpenSSL is told in docs/signatures.md. */
async function makeKeyFiles(curve: string): Promise<{ readonly key: string; readonly pem: string }> {
  const [key, pem] = [join(folder, `${curve}.key`), join(folder, `${curve}.pem`)];
  await mustRun('openssl', ['ecparam', '-name', curve, '-genkey', '-noout', '-out', key], { env: process.env });
  await mustRun('openssl', ['ec', '-in', key, '-pubout', '-out', pem], { env: process.env });
  return { key, pem };
}

async function download(reference: string, pem: string, env: Readonly<Record<string, string>> = {}) {
  const config = join(folder, 'config.yaml');
  await writeFile(config, JSON.stringify({ version: '2.0.0', models: { signatures: [{ match: '**', mode: 'require', keys: [pem] }] } }));
  return workspace.ilab(['model', 'download', reference, '--json'], { env: { ...env, ILAB_CONFIG: config } });
}

const noModelSigning = lackingModules('model_signing');
describe.skipIf(noModelSigning !== undefined)(`model_signing${noModelSigning === undefined ? '' : ` (${noModelSigning})`}`, () => {
  const tool = findProgram('model_signing') ?? '';

  it.each(['prime256v1', 'secp384r1', 'secp521r1'])('signs with a key on %s, and what it signs is let in', async (curve) => {
    const { key, pem } = await makeKeyFiles(curve);
    const other = await makeKeyFiles(curve === 'prime256v1' ? 'secp384r1' : 'prime256v1');
    const model = await writeModel({ ...FILES, '.gitattributes': '*' });
    await mustRun(tool, ['sign', 'key', model, '--private_key', key, '--signature', join(model, 'model.sig')], { env: process.env });
    const files = { ...FILES, '.gitattributes': '*', 'model.sig': await readFile(join(model, 'model.sig')) };
    await using hub = await served({ signed: files, changed: { ...files, 'config.json': '{"a": 1}' } });
    for (const name of [`${hub.host}/acme/model:signed`, 'hf://acme/model:signed']) {
      expect(await download(name, pem, { HF_ENDPOINT: hub.url }), name).toMatchObject({ code: 0 });
      expect(await download(name, other.pem, { HF_ENDPOINT: hub.url }), name).toMatchObject({ code: 5 });
    }
    expect(await download(`${hub.host}/acme/model:changed`, pem)).toMatchObject({ code: 6 });
  });

  it('lets in what our tests sign, so that they mean what they say', async () => {
    const key = makeKey();
    const model = await writeModel();
    await writeFile(join(folder, 'own.pem'), key.publicPem);
    await writeFile(join(model, 'model.sig'), JSON.stringify(signStatement(modelStatement(resourcesOf(FILES)), key)));
    const verify = () =>
      run(tool, ['verify', 'key', model, '--signature', join(model, 'model.sig'), '--public_key', join(folder, 'own.pem')], { env: process.env });
    expect(await verify()).toMatchObject({ code: 0, stdout: expect.stringContaining('succeeded') });
    await writeFile(join(model, 'config.json'), 'x');
    expect((await verify()).code).not.toBe(0);
  });

  it('believes the Sigstore that our tests make', async () => {
    const sigstore = makeSigstore();
    await writeFile(join(folder, 'root.json'), JSON.stringify(sigstore.trustedRoot));
    await writeFile(
      join(folder, 'model.sig'),
      JSON.stringify(sigstore.sign(modelStatement(resourcesOf(FILES)), { issuer: 'https://a.example', subject: 'b@c.example' })),
    );
    const script = `
from sigstore.models import Bundle, TrustedRoot
from sigstore.verify import Verifier, policy
import sys
bundle = Bundle.from_json(open('model.sig').read())
Verifier(trusted_root=TrustedRoot.from_file('root.json')).verify_dsse(bundle, policy.Identity(identity=sys.argv[1], issuer='https://a.example'))`;
    const verify = (subject: string) => run(findPython() ?? '', ['-c', script, subject], { cwd: folder, env: process.env });
    expect(await verify('b@c.example')).toMatchObject({ code: 0 });
    expect((await verify('d@c.example')).code).not.toBe(0);
  });
});

async function served(versions: Readonly<Record<string, Readonly<Record<string, string | Uint8Array>>>>) {
  const snapshots = new Map(Object.entries(versions).map(([version, files]) => [version, snapshotOf(files)]));
  const hub = await startHub({ models: [{ repository: 'acme/model', versions: snapshots }] });
  return { ...hub, [Symbol.asyncDispose]: hub.close };
}

for (const { name, start } of [
  { name: 'docker-registry', start: startDockerRegistry },
  { name: 'olareg', start: startOlareg },
]) {
  const reason = lacking(name, 'cosign', 'oras');
  describe.skipIf(reason !== undefined)(`cosign, in ${name}${reason === undefined ? '' : ` (${reason})`}`, () => {
    let directory: string;
    let server: RealServer;
    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'ilab-cosign-'));
      server = await start({ directory });
    });
    afterAll(async () => {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    });

    it.skipIf(noModelSigning !== undefined)('keeps what model_signing signed through an upload, in every format', async () => {
      const { key, pem } = await makeKeyFiles('prime256v1');
      const model = await writeModel({ 'config.json': '{"model_type": "llama"}', 'model.safetensors': '\u0002\0\0\0\0\0\0\0{}', 'README.md': 'Hello' });
      await mustRun(findProgram('model_signing') ?? '', ['sign', 'key', model, '--private_key', key, '--signature', join(model, 'model.sig')], {
        env: process.env,
      });
      for (const format of ['modelpack', 'modelcar']) {
        const reference = `${server.host}/acme/uploaded-${format}:v1`;
        const uploaded = await workspace.ilab(['model', 'upload', '--model', model, '--destination', reference, '--format', format]);
        expect(uploaded, uploaded.stderr).toMatchObject({ code: 0 });
        const done = await download(reference, pem);
        expect(done, done.stdout + done.stderr).toMatchObject({ code: 0 });
        await workspace.ilab(['model', 'remove', reference, '--yes']);
      }
    });

    it.each([
      ['with a bundle', 'true'],
      ['in its older form', 'false'],
    ])('signs %s, and what it signs is let in', async (_what, bundle) => {
      const env = { PATH: process.env['PATH'], HOME: folder, COSIGN_PASSWORD: '' };
      const cosign = findProgram('cosign') ?? '';
      await mustRun(cosign, ['generate-key-pair'], { cwd: folder, env });
      const other = await makeKeyFiles('prime256v1');
      const model = await writeModel();
      const repository = `${server.host}/acme/${bundle === 'true' ? 'bundled' : 'older'}`;
      const push = ['push', '--plain-http', `${repository}:v1`, ...Object.keys(FILES).map((path) => `${path}:application/octet-stream`)];
      await mustRun(findProgram('oras') ?? '', push, { cwd: model, env });
      expect(await download(`${repository}:v1`, join(folder, 'cosign.pub'))).toMatchObject({ code: 5, stdout: expect.stringContaining('not signed') });
      const local = ['--use-signing-config=false', '--tlog-upload=false', '--allow-http-registry', `--new-bundle-format=${bundle}`, '--yes'];
      await mustRun(cosign, ['sign', '--key', 'cosign.key', ...local, `${repository}:v1`], { cwd: folder, env });
      const done = await download(`${repository}:v1`, join(folder, 'cosign.pub'));
      expect(done, done.stdout + done.stderr).toMatchObject({ code: 0 });
      expect(await download(`${repository}:v1`, other.pem)).toMatchObject({ code: 5, stdout: expect.stringContaining('none of the keys') });
      // The next version is not signed.
      await writeFile(join(model, 'config.json'), '{"changed": true}');
      await mustRun(findProgram('oras') ?? '', push, { cwd: model, env });
      expect(await download(`${repository}:v1`, join(folder, 'cosign.pub'))).toMatchObject({ code: 5, stdout: expect.stringContaining('not signed') });
    });
  });
}
