import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createWorkspace,
  findProgram,
  lacking,
  mustRun,
  type RealServer,
  root,
  startDockerRegistry,
  startNginx,
  startOlareg,
  startZot,
  type Workspace,
} from '../src/index.ts';

const MODEL = join(root, 'tools', 'demo', 'models', 'ilab', 'demo');
/** bcrypt of “secret”, cost 5. */
const ADA = 'ada:$2b$05$bYPxRAYN2jK0lqW0teR1guwjPvd9A5Aw0tg5gTOHQeOifeZrjrJEe\n';

type Downloaded = { readonly path: string; readonly files: readonly string[]; readonly fetched: number; readonly linked: number; readonly revision: string };

async function download(workspace: Workspace, reference: string): Promise<Downloaded> {
  const { stdout, stderr } = await workspace.ilab(['model', 'download', reference, '--json']);
  const answer = JSON.parse(stdout) as { ok: boolean; result: [Downloaded] };
  expect(answer.ok, stdout + stderr).toBe(true);
  return answer.result[0];
}

/** Pushes a version as the `oras` CLI names files: by title only. */
async function push(reference: string, version: string, extra: readonly string[] = []): Promise<void> {
  const files = ['ilab-demo-q8_0.gguf', 'safetensors/config.json', 'safetensors/model.safetensors'];
  const args = [
    'push',
    '--plain-http',
    ...extra,
    '--artifact-type',
    'application/vnd.example.model',
    reference,
    ...files.map((file) => `${file}:application/octet-stream`),
  ];
  await mustRun(findProgram('oras') ?? '', args, { cwd: join(MODEL, version), env: process.env });
}

const SERVERS = [
  { name: 'docker-registry', start: startDockerRegistry, full: false },
  { name: 'olareg', start: startOlareg, full: false },
  { name: 'zot', start: startZot, full: true },
] as const;

for (const { name, start, full } of SERVERS) {
  const reason = full && !process.env['ILAB_TEST_FULL'] ? 'in the full run' : lacking(name, 'oras');
  describe.skipIf(reason !== undefined)(`${name}${reason === undefined ? '' : ` (${reason})`}`, () => {
    let directory: string;
    let server: RealServer;
    let workspace: Workspace;

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'ilab-registry-'));
      server = await start({ directory });
      workspace = await createWorkspace();
      for (const version of ['v1', 'v2']) await push(`${server.host}/acme/demo:${version}`, version);
    });
    afterAll(async () => {
      await server?.stop();
      await workspace?.remove();
      await rm(directory, { recursive: true, force: true });
    });

    it('downloads by tag, shares equal files between versions, and finds the digest again', async () => {
      const first = await download(workspace, `${server.host}/acme/demo:v1`);
      expect([...first.files].sort()).toEqual(['ilab-demo-q8_0.gguf', 'safetensors/config.json', 'safetensors/model.safetensors']);
      expect(await readFile(join(first.path, 'ilab-demo-q8_0.gguf'))).toEqual(await readFile(join(MODEL, 'v1', 'ilab-demo-q8_0.gguf')));
      const second = await download(workspace, `${server.host}/acme/demo:v2`);
      expect(second.linked).toBe((await readFile(join(MODEL, 'v2', 'safetensors/config.json'))).length);
      const again = await download(workspace, `${server.host}/acme/demo@${first.revision}`);
      expect(again).toMatchObject({ path: first.path, fetched: 0 });
    });

    it('lists versions', async () => {
      const { stdout } = await workspace.ilab(['model', 'versions', `${server.host}/acme/demo`, '--json']);
      const { result } = JSON.parse(stdout) as { result: { name: string }[] };
      expect(result.map((version) => version.name).sort()).toEqual(['v1', 'v2']);
    });

    it('tells a missing version from a missing repository', async () => {
      const version = await workspace.ilab(['model', 'download', `${server.host}/acme/demo:v9`]);
      expect(version).toMatchObject({ code: 3, stderr: expect.stringContaining('has no version “v9”') });
      const repository = await workspace.ilab(['model', 'download', `${server.host}/acme/none:v1`]);
      expect(repository).toMatchObject({ code: 3, stderr: expect.stringContaining('has no repository “acme/none”') });
    });

    it('reads a ModelCar image: files under /models of its layers', async () => {
      const source = join(directory, 'car');
      await mkdir(join(source, 'models', 'sub'), { recursive: true });
      await writeFile(join(source, 'models', 'config.json'), '{}');
      await writeFile(join(source, 'models', 'sub', 'model.safetensors'), 'weights');
      await writeFile(join(source, 'ignored.txt'), 'not of the model');
      await mustRun('tar', ['-czf', join(source, 'layer.tar.gz'), '-C', source, 'models', 'ignored.txt'], { env: process.env });
      await writeFile(join(source, 'image.json'), JSON.stringify({ architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [] } }));
      const args = [
        'push',
        '--plain-http',
        '--config',
        'image.json:application/vnd.oci.image.config.v1+json',
        `${server.host}/acme/car:v1`,
        'layer.tar.gz:application/vnd.oci.image.layer.v1.tar+gzip',
      ];
      await mustRun(findProgram('oras') ?? '', args, { cwd: source, env: process.env });
      const { path, files } = await download(workspace, `${server.host}/acme/car:v1`);
      expect([...files].sort()).toEqual(['config.json', 'sub/model.safetensors']);
      expect(await readFile(join(path, 'sub', 'model.safetensors'), 'utf8')).toBe('weights');
    });
  });
}

const reason = lacking('docker-registry', 'oras', 'nginx');
describe.skipIf(reason !== undefined)(`docker-registry with a password, its blobs at nginx${reason === undefined ? '' : ` (${reason})`}`, () => {
  let directory: string;
  let server: RealServer;
  let storage: RealServer;
  let workspace: Workspace;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ilab-registry-'));
    const folder = join(directory, 'data');
    await mkdir(folder);
    storage = await startNginx({ directory, folder });
    server = await startDockerRegistry({ directory, htpasswd: ADA, redirectTo: `http://${storage.host}/` });
    workspace = await createWorkspace();
    await push(`${server.host}/acme/demo:v1`, 'v1', ['-u', 'ada', '-p', 'secret']);
  });
  afterAll(async () => {
    await server?.stop();
    await storage?.stop();
    await workspace?.remove();
    await rm(directory, { recursive: true, force: true });
  });

  it('asks for a login without credentials', async () => {
    expect(await workspace.ilab(['model', 'download', `${server.host}/acme/demo:v1`])).toMatchObject({
      code: 5,
      stderr: expect.stringContaining('ilab login'),
    });
  });

  it('logs in with Docker’s credentials, and sends them to the registry only', async () => {
    const config = join(workspace.home, '.docker');
    await mkdir(config);
    await writeFile(join(config, 'config.json'), JSON.stringify({ auths: { [server.host]: { auth: Buffer.from('ada:secret').toString('base64') } } }));
    // nginx answers 400 to whoever sends credentials on.
    const { files } = await download(workspace, `${server.host}/acme/demo:v1`);
    expect(files).toHaveLength(3);
  });
});
