import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createWorkspace,
  findProgram,
  lacking,
  makeCertificate,
  mustRun,
  type RealServer,
  root,
  startDistribution,
  startDockerRegistry,
  startNginx,
  startTokenServer,
  startZot,
  type Workspace,
} from '../src/index.ts';

/** bcrypt of “secret”, cost 5. */
const ADA = 'ada:$2b$05$bYPxRAYN2jK0lqW0teR1guwjPvd9A5Aw0tg5gTOHQeOifeZrjrJEe\n';
const MODELFILE = 'NAME demo\nCONFIG safetensors/*.json\nMODEL safetensors/model.safetensors\nMODEL ilab-demo-q8_0.gguf\n';

type Start = typeof startDockerRegistry;
type Ending = { stop(): Promise<void> };
/** A registry as it is guarded. */
interface Guarded {
  readonly server: RealServer;
  readonly others: readonly Ending[];
  /** The authority of its certificate; absent: it speaks plain HTTP. */
  readonly ca?: string;
  readonly password?: true;
}

const GUARDS: Readonly<Record<string, (start: Start, directory: string) => Promise<Guarded>>> = {
  'open to all': async (start, directory) => ({ server: await start({ directory }), others: [] }),
  'with a password': async (start, directory) => ({ server: await start({ directory, htpasswd: ADA }), others: [], password: true }),
  'with a token service': async (start, directory) => {
    const grants = (user: string | undefined) => (user === 'ada' ? ['pull', 'push', 'delete'] : []);
    const service = await startTokenServer({ certificate: await makeCertificate(directory), users: { ada: 'secret' }, grants });
    return { server: await start({ directory, tokens: service.tokens }), others: [service], password: true };
  },
  'with TLS of its own authority': async (start, directory) => {
    const tls = await makeCertificate(directory);
    return { server: await start({ directory, tls, htpasswd: ADA }), others: [], ca: tls.cert, password: true };
  },
  'with blobs at a storage that takes no credentials': async (start, directory) => {
    const folder = join(directory, 'data');
    await mkdir(folder);
    const storage = await startNginx({ directory, folder });
    return { server: await start({ directory, htpasswd: ADA, redirectTo: `http://${storage.host}/` }), others: [storage], password: true };
  },
};

const FULL = process.env['ILAB_TEST_FULL'] === '1';
const ALL = Object.keys(GUARDS);
/** The rest is the same code in both; the full run has it, too. */
const SOME = FULL ? ALL : ['with a token service'];
/** Behind these guards every tool's work is tried; behind the others one's, and all of it in the full run: who may read is nothing that a format knows of. */
const EVERY_TOOL = FULL ? ALL : ['open to all', 'with a token service'];

/** Pushes the model to a tag of its own name. */
type Pusher = (scene: Scene, reference: string) => Promise<unknown>;
const PUSHERS: Readonly<Record<string, Pusher>> = {
  'oras-files': (scene, reference) => oras(scene, ['push', ...scene.oras, reference, ...scene.files.map((file) => `${file}:application/octet-stream`)]),
  'oras-folders': (scene, reference) =>
    oras(scene, ['push', ...scene.oras, reference, 'safetensors:application/vnd.oci.image.layer.v1.tar+gzip', 'ilab-demo-q8_0.gguf']),
  'modctl-raw': (scene, reference) => modctl(scene, reference, []),
  'modctl-packed': (scene, reference) => modctl(scene, reference, ['--raw=false']),
  async skopeo(scene, reference) {
    const layout = join(scene.directory, 'layout');
    await oras(scene, ['push', '--oci-layout', `${layout}:v1`, ...scene.files.map((file) => `${file}:application/octet-stream`)]);
    const access = scene.guarded.ca === undefined ? ['--dest-tls-verify=false'] : ['--dest-cert-dir', scene.certificates];
    const login = scene.guarded.password ? ['--dest-creds', 'ada:secret'] : [];
    await mustRun(findProgram('skopeo') ?? '', ['--insecure-policy', 'copy', ...access, ...login, `oci:${layout}:v1`, `docker://${reference}`], scene.run);
  },
};

interface Scene {
  readonly directory: string;
  readonly guarded: Guarded;
  readonly workspace: Workspace;
  /** The model, and its files relative to it. */
  readonly model: string;
  readonly files: readonly string[];
  readonly certificates: string;
  /** How `oras` is told of the guard. */
  readonly oras: readonly string[];
  readonly run: { readonly cwd: string; readonly env: Readonly<Record<string, string | undefined>> };
}

function oras({ run }: Scene, args: readonly string[]): Promise<string> {
  return mustRun(findProgram('oras') ?? '', args, run);
}

async function modctl({ directory, guarded, run }: Scene, reference: string, how: readonly string[]): Promise<void> {
  const modelfile = join(directory, 'Modelfile');
  await writeFile(modelfile, MODELFILE);
  const plain = guarded.ca === undefined ? ['--plain-http'] : [];
  const own = ['--no-progress', '--storage-dir', join(directory, 'modctl'), '--log-dir', join(directory, 'logs')];
  const program = findProgram('modctl') ?? '';
  await mustRun(program, ['build', '-t', reference, '-f', modelfile, ...how, ...own, '.'], run);
  await mustRun(program, ['push', ...plain, ...own, reference], run);
}

async function kit({ directory, run }: Scene, reference: string): Promise<void> {
  const kitfile = join(directory, 'Kitfile');
  const model = { name: 'demo', path: 'ilab-demo-q8_0.gguf', parts: [{ name: 'safetensors', path: 'safetensors' }] };
  await writeFile(kitfile, JSON.stringify({ manifestVersion: '1.0.0', package: { name: 'demo' }, model }));
  const program = findProgram('kit') ?? '';
  await mustRun(program, ['pack', '.', '-f', kitfile, '-t', reference], run);
  await mustRun(program, ['push', '--plain-http', reference], run);
}

async function openScene(start: Start, guard: string): Promise<Scene> {
  const directory = await mkdtemp(join(tmpdir(), 'ilab-tools-'));
  const guarded = await (GUARDS[guard] ?? (() => Promise.reject(new Error(guard))))(start, directory);
  const { ca, password, server } = guarded;
  const workspace = await createWorkspace();
  const login = { auths: { [server.host]: { auth: Buffer.from('ada:secret').toString('base64') } } };
  await mkdir(join(workspace.home, '.docker'));
  if (password) await writeFile(join(workspace.home, '.docker', 'config.json'), JSON.stringify(login));
  const certificates = join(directory, 'certificates');
  if (ca !== undefined) {
    await mkdir(certificates);
    await cp(ca, join(certificates, 'ca.crt'));
    const config = join(workspace.home, '.config', 'instructlab');
    await mkdir(config, { recursive: true });
    await writeFile(join(config, 'config.yaml'), JSON.stringify({ version: '2.0.0', models: { registries: { [server.host]: { ca } } } }));
  }
  const model = join(root, 'tools', 'demo', 'models', 'ilab', 'demo', 'v1');
  const env = { ...workspace.env, ...(ca !== undefined && { SSL_CERT_FILE: ca }) };
  const [folders, entries] = [new Set(['safetensors']), await readdir(model, { recursive: true })];
  const files = entries.filter((entry) => !folders.has(entry)).sort();
  const told = [...(ca === undefined ? ['--plain-http'] : ['--ca-file', ca]), ...(password ? ['-u', 'ada', '-p', 'secret'] : [])];
  return { directory, guarded, workspace, model, files, certificates, oras: told, run: { cwd: model, env } };
}

async function closeScene({ directory, guarded, workspace }: Scene): Promise<void> {
  for (const server of [guarded.server, ...guarded.others]) await server.stop();
  await workspace.remove();
  await rm(directory, { recursive: true, force: true });
}

for (const [name, start, guards] of [
  ['docker-registry', startDockerRegistry, ALL],
  ['registry', startDistribution, SOME],
  ['zot', startZot, ['open to all']],
] as const) {
  const reason = lacking(name, 'oras', 'modctl', 'skopeo', 'nginx', 'openssl');
  describe.skipIf(reason !== undefined).each(guards)(`${name} %s${reason === undefined ? '' : ` (${reason})`}`, (guard) => {
    let scene: Scene;
    beforeAll(async () => {
      scene = await openScene(start, guard);
    });
    afterAll(() => scene && closeScene(scene));

    async function pushAndBring(tool: string, push: Pusher): Promise<void> {
      const reference = `${scene.guarded.server.host}/acme/${tool}:v1`;
      await push(scene, reference);
      const destination = join(scene.directory, 'out', tool);
      const { code, stderr } = await scene.workspace.ilab(['model', 'download', reference, '--include', '**', '--destination', destination]);
      expect(code, stderr).toBe(0);
      const brought = (await readdir(destination, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
      expect(brought.map((entry) => relative(destination, join(entry.parentPath, entry.name))).sort()).toEqual(
        tool === 'kit' ? ['Kitfile', ...scene.files] : scene.files,
      );
      for (const file of scene.files) expect(await readFile(join(destination, file))).toEqual(await readFile(join(scene.model, file)));
    }

    const pushers = Object.entries(PUSHERS).slice(0, EVERY_TOOL.includes(guard) ? undefined : 1);
    it.each(pushers)('gives what %s pushed, byte for byte', (tool, push) => pushAndBring(tool, push));

    const kitless = guard === 'open to all' ? lacking('kit') : undefined;
    it.skipIf(guard !== 'open to all' || kitless !== undefined)(`gives what kit pushed, byte for byte${kitless === undefined ? '' : ` (${kitless})`}`, () =>
      pushAndBring('kit', kit),
    );

    it('says that it is gone when it was deleted, and what is here stays', async () => {
      const reference = `${scene.guarded.server.host}/acme/oras-files:v1`;
      const { code } = await scene.workspace.ilab(['model', 'download', reference, '--include', '**']);
      expect(code).toBe(0);
      await oras(scene, ['manifest', 'delete', '--force', ...scene.oras, reference]);
      expect(await scene.workspace.ilab(['model', 'download', reference])).toMatchObject({ code: 3, stderr: expect.stringContaining('E_NOT_FOUND') });
      expect(await scene.workspace.ilab(['model', 'verify', '-m', reference])).toMatchObject({ code: 0 });
    });
  });
}
