import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Clients,
  createClients,
  filesBelow,
  lacking,
  type RealServer,
  selfSigned,
  startDistribution,
  startDockerRegistry,
  startOlareg,
  startZot,
  writeFiles,
} from '../src/index.ts';

/** bcrypt of “secret”, cost 5. */
const ADA = 'ada:$2b$05$bYPxRAYN2jK0lqW0teR1guwjPvd9A5Aw0tg5gTOHQeOifeZrjrJEe\n';
const FILES = {
  'README.md': Buffer.from('# A model\n'),
  'config.json': Buffer.from('{"model_type": "llama"}'),
  'empty.txt': Buffer.alloc(0),
  'sub dir/größe.json': Buffer.from('{}'),
  'weights/model.safetensors': randomBytes(3_000_001),
};
/** As those tools name files that split their arguments at spaces. */
const PLAIN = { 'README.md': FILES['README.md'], 'config.json': FILES['config.json'], 'weights/model.safetensors': FILES['weights/model.safetensors'] };

type Scene = { readonly server: RealServer; readonly login?: string; readonly authority?: string };
type Setting = { readonly name: string; readonly programs: readonly string[]; readonly full?: boolean; readonly open: (directory: string) => Promise<Scene> };

const SETTINGS: readonly Setting[] = [
  {
    name: 'docker-registry with a password',
    programs: ['docker-registry'],
    open: async (directory) => ({ server: await startDockerRegistry({ directory, htpasswd: ADA }), login: 'ada:secret' }),
  },
  {
    name: 'docker-registry over TLS of its own authority',
    programs: ['docker-registry', 'openssl'],
    async open(directory) {
      const tls = selfSigned(directory);
      return { server: await startDockerRegistry({ directory, tls }), authority: tls.cert };
    },
  },
  { name: 'distribution 3', programs: ['registry'], open: async (directory) => ({ server: await startDistribution({ directory }) }) },
  { name: 'olareg', programs: ['olareg'], open: async (directory) => ({ server: await startOlareg({ directory }) }) },
  { name: 'zot', programs: ['zot'], full: true, open: async (directory) => ({ server: await startZot({ directory }) }) },
];

/** A test that needs a program, and is skipped with the reason where that is missing. */
const itWith = (program: string) => {
  const missing = lacking(program);
  return (title: string, run: () => Promise<void>): void => it.skipIf(missing !== undefined)(missing === undefined ? title : `${title} (${missing})`, run);
};

type Uploaded = { readonly revision: string; readonly changed: boolean; readonly packed: string; readonly sent: number };

for (const { name, programs, full, open } of SETTINGS) {
  const reason = full && !process.env['ILAB_TEST_FULL'] ? 'in the full run' : lacking(...programs);
  describe.skipIf(reason !== undefined)(`${name}${reason === undefined ? '' : ` (${reason})`}`, () => {
    let directory: string;
    let scene: Scene;
    let clients: Clients;
    let home: string;
    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'ilab-rounds-'));
      scene = await open(directory);
      clients = await createClients({ ...scene, host: scene.server.host });
      home = clients.workspace.home;
      writeFiles(join(home, 'model'), FILES);
      writeFiles(join(home, 'plain'), PLAIN);
    });
    afterAll(async () => {
      await scene?.server.stop();
      await clients?.workspace.remove();
      await rm(directory, { recursive: true, force: true });
    });

    const at = (repository: string): string => `${scene.server.host}/acme/${repository}`;
    async function ilab<T>(...args: readonly string[]): Promise<T> {
      const { stdout, stderr } = await clients.workspace.ilab([...args, '--json']);
      const answer = JSON.parse(stdout) as { readonly ok: boolean; readonly result: T };
      expect(answer.ok, stdout + stderr).toBe(true);
      return answer.result;
    }
    const upload = (model: string, destination: string, ...more: readonly string[]): Promise<Uploaded> =>
      ilab('model', 'upload', '--model', model, '--destination', destination, '--force', ...more);
    async function download(reference: string): Promise<{ readonly revision: string; readonly path: string }> {
      const [done] = await ilab<readonly [{ readonly revision: string; readonly path: string }]>('model', 'download', reference);
      return done;
    }
    const folder = (called: string): string => {
      const path = join(home, called);
      mkdirSync(path);
      return path;
    };

    itWith('oras')('gives what ilab pushed to oras, byte for byte', async () => {
      await upload('./model', `${at('for-oras')}:v1`);
      const out = folder('oras-out');
      await clients.oras(['pull', '--output', out, `${at('for-oras')}:v1`]);
      expect(filesBelow(out)).toEqual(FILES);
    });

    itWith('skopeo')('gives it to skopeo, which brings it back under the same digest', async () => {
      const { revision } = await upload('./model', `${at('for-skopeo')}:v1`);
      const layout = join(home, 'layout');
      await clients.skopeoCopy(`docker://${at('for-skopeo')}:v1`, `oci:${layout}:v1`);
      const index = JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8'));
      expect(index.manifests[0].digest).toBe(revision);
      await clients.skopeoCopy(`oci:${layout}:v1`, `docker://${at('from-skopeo')}:v1`);
      const back = await download(`${at('from-skopeo')}:v1`);
      expect(back.revision).toBe(revision);
      expect(filesBelow(back.path)).toEqual(FILES);
    });

    itWith('modctl')('gives it to modctl', async () => {
      await upload('./model', `${at('for-modctl')}:v1`);
      const out = folder('modctl-out');
      await clients.modctl(['pull', '--extract-from-remote', '--extract-dir', out, `${at('for-modctl')}:v1`]);
      expect(filesBelow(out)).toEqual(FILES);
    });

    itWith('oras')('gives ilab what oras pushed, and takes it again as it came', async () => {
      const names = Object.keys(FILES).map((path) => `${path}:application/octet-stream`);
      await clients.oras(['push', '--artifact-type', 'application/vnd.example', `${at('by-oras')}:v1`, ...names], { cwd: join(home, 'model') });
      const { path, revision } = await download(`${at('by-oras')}:v1`);
      expect(filesBelow(path)).toEqual(FILES);
      const copy = await upload(`${at('by-oras')}:v1`, `${at('again')}:v2`);
      expect(copy).toMatchObject({ packed: 'original', revision, changed: true });
      const out = folder('again');
      await clients.oras(['pull', '--output', out, `${at('again')}:v2`]);
      expect(filesBelow(out)).toEqual(FILES);
    });

    itWith('modctl')('gives ilab what modctl pushed, and takes it again as it came', async () => {
      writeFiles(join(home, 'plain'), { Modelfile: Buffer.from('NAME demo\nCONFIG config.json\nMODEL weights/model.safetensors\nDOC README.md\n') });
      const target = `${at('by-modctl')}:v1`;
      await clients.modctl(['build', '--target', target, '.'], { cwd: join(home, 'plain') });
      await clients.modctl(['push', target]);
      const { path, revision } = await download(target);
      expect(filesBelow(path)).toEqual(PLAIN);
      expect(await upload(target, `${at('modctl-again')}:v1`)).toMatchObject({ packed: 'original', revision });
    });

    itWith('kit')('gives ilab what kit pushed', async () => {
      const kitfile = 'manifestVersion: 1.0.0\npackage: {name: demo}\nmodel: {path: weights/model.safetensors}\ndocs: [{path: README.md}]\n';
      writeFiles(join(home, 'plain'), { Kitfile: Buffer.from(kitfile) });
      await clients.kit(['pack', '.', '--tag', `${at('by-kit')}:v1`], { cwd: join(home, 'plain') });
      await clients.kit(['push', `${at('by-kit')}:v1`]);
      const { path } = await download(`${at('by-kit')}:v1`);
      expect(filesBelow(path)).toMatchObject({ 'README.md': PLAIN['README.md'], 'weights/model.safetensors': PLAIN['weights/model.safetensors'] });
    });

    itWith('skopeo')('takes an image whose layers are the files below /models', async () => {
      const { revision } = await upload('./model', `${at('car')}:v1`, '--format', 'modelcar');
      const layout = join(home, 'car');
      await clients.skopeoCopy(`docker://${at('car')}:v1`, `oci:${layout}:v1`);
      const blob = (digest: string): string => join(layout, 'blobs', ...digest.split(':'));
      const [{ digest }] = JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8')).manifests;
      expect(digest).toBe(revision);
      const manifest = JSON.parse(readFileSync(blob(digest), 'utf8'));
      const config = JSON.parse(readFileSync(blob(manifest.config.digest), 'utf8'));
      const layers: readonly { readonly digest: string }[] = manifest.layers;
      expect(config).toMatchObject({ os: 'linux', architecture: 'amd64', rootfs: { type: 'layers', diff_ids: layers.map((layer) => layer.digest) } });
      const unpacked = folder('unpacked');
      for (const layer of layers) execFileSync('tar', ['-xf', blob(layer.digest), '-C', unpacked, '--no-same-owner']);
      expect(readdirSync(unpacked)).toEqual(['models']);
      expect(filesBelow(join(unpacked, 'models'))).toEqual(FILES);
      const back = await download(`${at('car')}:v1`);
      expect(filesBelow(back.path)).toEqual(FILES);
    });

    it('finds nothing to do the second time, and sends nothing to a second tag', async () => {
      const first = await upload('./model', `${at('twice')}:v1`);
      expect(await upload('./model', `${at('twice')}:v1`)).toMatchObject({ changed: false, sent: 0, revision: first.revision });
      expect(await upload('./model', `${at('twice')}:v2`)).toMatchObject({ changed: true, sent: 0, revision: first.revision });
    });
  });
}
