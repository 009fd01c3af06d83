import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLayoutArchive } from '@ilab/oras';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clients, createClients, createWorkspace, lacking, type RealServer, startOlareg, type Workspace, writeFiles } from '../src/index.ts';

const FILES = { 'config.json': Buffer.from('{"model_type": "llama"}'), 'model.safetensors': Buffer.from('weights'), 'sub/other.json': Buffer.from('{}') };
const reason = lacking('olareg', 'oras', 'skopeo');

describe.skipIf(reason !== undefined)(`models of an OCI registry${reason === undefined ? '' : ` (${reason})`}`, () => {
  let directory: string;
  let server: RealServer;
  let clients: Clients;
  let home: string;
  let reference: string;
  const places: Workspace[] = [];
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ilab-air-gap-'));
    server = await startOlareg({ directory });
    clients = await createClients({ host: server.host });
    home = clients.workspace.home;
    reference = `${server.host}/acme/m:v1`;
    writeFiles(join(home, 'model'), FILES);
    writeFileSync(join(home, 'model', 'about.json'), '{"about": "a configuration that is no file"}');
    const cwd = join(home, 'model');
    await clients.oras(
      ['push', reference, '--config', 'about.json:application/x.about+json', ...Object.keys(FILES).map((file) => `${file}:application/x.file`)],
      { cwd },
    );
    await clients.oras(['attach', reference, '--artifact-type', 'application/x.signature', 'about.json'], { cwd });
    await succeed(clients.workspace, 'download', reference);
  });
  afterAll(async () => {
    await server?.stop();
    await clients?.workspace.remove();
    for (const place of places) await place.remove();
    await rm(directory, { recursive: true, force: true });
  });

  async function succeed(workspace: Workspace, ...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await workspace.ilab(['model', ...args]);
    expect(code, stderr).toBe(0);
    return stdout.trim();
  }
  async function inside(): Promise<Workspace> {
    const workspace = await createWorkspace({ ILAB_OFFLINE: '1' });
    places.push(workspace);
    return workspace;
  }
  async function expectModel(workspace: Workspace, name: string): Promise<void> {
    const path = await succeed(workspace, 'path', name);
    for (const [file, content] of Object.entries(FILES)) expect(readFileSync(join(path, file))).toEqual(content);
  }

  it('are saved byte for byte, with what refers to them, and loaded by their digests', async () => {
    const archive = join(home, 'models.tar');
    expect((await clients.workspace.ilab(['model', 'save', reference, '--output', archive])).stderr).toContain('with 1 signature');
    const answer = await fetch(`http://${server.host}/v2/acme/m/manifests/v1`, { headers: { accept: 'application/vnd.oci.image.manifest.v1+json' } });
    const digest = answer.headers.get('docker-content-digest');
    const theirs = await answer.text();
    {
      await using opened = await openLayoutArchive(archive, {});
      const root = await opened.resolve(reference, {});
      expect(root.digest).toBe(digest);
      expect(Buffer.concat(await Array.fromAsync(opened.fetch(root, {}))).toString()).toBe(theirs);
      expect((await Array.fromAsync(opened.referrers(root, {}))).map(({ artifactType }) => artifactType)).toEqual(['application/x.signature']);
    }
    const there = await inside();
    expect(await succeed(there, 'load', archive)).toBe(reference);
    await expectModel(there, reference);
    await expectModel(there, `${server.host}/acme/m@${digest}`);
    // And on from there, without the configuration that is not in its store, not at all.
    expect((await there.ilab(['model', 'save', reference, '--output', join(there.home, 'again.tar')])).code).toBe(9);
  });
  it('are saved with their layers where those were unpacked, and loaded with their files', async () => {
    const car = `${server.host}/acme/car:v1`;
    await succeed(clients.workspace, 'upload', '--model', join(home, 'model'), '--destination', car, '--format', 'modelcar', '--force');
    await succeed(clients.workspace, 'download', car);
    await succeed(clients.workspace, 'save', car, '--output', join(home, 'car.tar'));
    const there = await inside();
    expect(await succeed(there, 'load', join(home, 'car.tar'))).toBe(car);
    await expectModel(there, car);
    expect((await succeed(there, 'path', car)).split('/@').at(-1)).toBe((await succeed(clients.workspace, 'path', car)).split('/@').at(-1));
    const { code, stderr } = await clients.workspace.ilab(['model', 'save', car, '--output', join(home, 'offline.tar'), '--offline']);
    expect([code, stderr]).toEqual([9, expect.stringContaining('E_OFFLINE')]);
    expect(existsSync(join(home, 'offline.tar'))).toBe(false);
  });
  it('come back from a file that skopeo wrote', async () => {
    await clients.skopeoCopy(`docker://${reference}`, `oci-archive:${home}/skopeo.tar:quay.io/acme/other:v2`);
    const there = await inside();
    expect(await succeed(there, 'load', join(home, 'skopeo.tar'))).toBe('quay.io/acme/other:v2');
    await expectModel(there, 'quay.io/acme/other:v2');
  });
  it('say that a name moves', async () => {
    const there = await inside();
    await succeed(there, 'load', join(home, 'models.tar'));
    writeFiles(join(home, 'model'), { ...FILES, 'sub/other.json': Buffer.from('{"new": true}') });
    const cwd = join(home, 'model');
    await clients.oras(['push', reference, ...Object.keys(FILES).map((file) => `${file}:application/x.file`)], { cwd });
    await succeed(clients.workspace, 'update', reference);
    await succeed(clients.workspace, 'save', reference, '--output', join(home, 'newer.tar'));
    const { stderr } = await there.ilab(['model', 'load', join(home, 'newer.tar')]);
    expect(stderr).toMatch(/moved from sha256:[0-9a-f]{12}/);
    expect(readFileSync(join(await succeed(there, 'path', reference), 'sub/other.json'), 'utf8')).toBe('{"new": true}');
  });
});
