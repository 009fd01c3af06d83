import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  createWorkspace,
  findProgram,
  lacking,
  makeCertificate,
  mustRun,
  type RealServer,
  startDockerRegistry,
  startNginx,
  type Workspace,
} from '../src/index.ts';

const reason = lacking('docker-registry', 'oras', 'nginx', 'openssl');
const FILES = { 'config.json': '{}', 'model.gguf': 'weights' };
/** A registry that is not there. */
const NOWHERE = '127.0.0.1:1';

describe.skipIf(reason !== undefined)(`mirrors and certificates${reason === undefined ? '' : ` (${reason})`}`, () => {
  let directory: string;
  let origin: RealServer;
  let workspace: Workspace;
  const servers: RealServer[] = [];

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ilab-mirrors-'));
    origin = await start('origin');
    await push(origin.host, 'acme/model:v1');
  });
  beforeEach(async () => {
    workspace = await createWorkspace();
  });
  afterEach(async () => {
    await workspace.remove();
  });
  afterAll(async () => {
    for (const server of servers) await server.stop();
    await rm(directory, { recursive: true, force: true });
  });

  async function start(name: string, options: { readonly cacheOf?: string } = {}): Promise<RealServer> {
    const place = join(directory, name);
    await mkdir(place);
    const server = await startDockerRegistry({ directory: place, accessLog: true, ...options });
    servers.push(server);
    return server;
  }

  async function push(host: string, name: string): Promise<void> {
    const source = await mkdtemp(join(directory, 'files-'));
    for (const [path, content] of Object.entries(FILES)) await writeFile(join(source, path), content);
    const args = ['push', '--plain-http', `${host}/${name}`, ...Object.keys(FILES).map((path) => `${path}:application/octet-stream`)];
    await mustRun(findProgram('oras') ?? '', args, { cwd: source, env: process.env });
  }

  /** What a registry was asked for: manifests and blobs. */
  async function asked(name: string): Promise<readonly string[]> {
    const log = await readFile(join(directory, name, 'access.log'), 'utf8');
    return [...log.matchAll(/"(?:GET|HEAD) \/v2\/\S+\/(manifests|blobs)\/\S+ HTTP\S*" (\d+)/g)].map(([, what, status]) => `${what} ${status}`);
  }

  async function configure(path: string, text: string): Promise<void> {
    await mkdir(dirname(join(workspace.home, path)), { recursive: true });
    await writeFile(join(workspace.home, path), text);
  }
  const registriesConf = (text: string): Promise<void> => configure('.config/containers/registries.conf', text);

  async function download(
    reference: string,
  ): Promise<{ readonly code: number | null; readonly stderr: string; readonly path: string; readonly reference: string }> {
    const { code, stdout, stderr } = await workspace.ilab(['model', 'download', reference, '--json']);
    const { result, error, warnings } = JSON.parse(stdout) as { result?: [{ path: string; reference: string }]; error?: object; warnings: object[] };
    return { code, stderr: JSON.stringify([error, warnings]) + stderr, path: result?.[0].path ?? '', reference: result?.[0].reference ?? '' };
  }

  it('a registry of which there is a mirror need not be there; the model goes by its name', async () => {
    await registriesConf(`[[registry]]\nlocation = "${NOWHERE}"\n[[registry.mirror]]\nlocation = "${origin.host}"\n`);
    const { code, path, reference } = await download(`${NOWHERE}/acme/model:v1`);
    expect([code, reference]).toEqual([0, `${NOWHERE}/acme/model:v1`]);
    expect(path).toContain(NOWHERE.replace(':', '%3A'));
    expect(await readFile(path, 'utf8')).toBe(FILES['model.gguf']);
    const versions = await workspace.ilab(['model', 'versions', `${NOWHERE}/acme/model`, '--json']);
    expect(JSON.parse(versions.stdout)).toMatchObject({ result: [{ name: 'v1', here: true }] });
    // What is not kept of it here, as its configuration, comes from there too.
    const saved = await workspace.ilab(['model', 'save', `${NOWHERE}/acme/model:v1`, '--output', join(workspace.home, 'model.tar'), '--json']);
    expect(JSON.parse(saved.stdout)).toMatchObject({ ok: true, warnings: [] });
  });

  it('a cache fetches what it is asked for, and is asked in the registry’s place', async () => {
    const cache = await start('cache', { cacheOf: `http://${origin.host}` });
    await configure('.config/instructlab/config.yaml', `version: 2.0.0\nmodels: { registries: { "${NOWHERE}": { mirrors: ["${cache.host}"] } } }\n`);
    const { code, stderr } = await download(`${NOWHERE}/acme/model:v1`);
    expect([code, stderr]).toEqual([0, '[null,[]]']);
    expect(await asked('cache')).toContain('manifests 200');
  });

  it('a mirror that lacks a blob, or is broken, does not keep it from coming', async () => {
    const partial = await start('partial');
    await push(partial.host, 'acme/model:v1');
    const blobs = join(directory, 'partial/data/docker/registry/v2/blobs/sha256');
    for (const name of await readdir(blobs, { recursive: true })) {
      if (name.endsWith('/data') && (await readFile(join(blobs, name), 'utf8')) === FILES['model.gguf']) await rm(join(blobs, name));
    }
    await registriesConf(
      `[[registry]]\nlocation = "${origin.host}"\n[[registry.mirror]]\nlocation = "${NOWHERE}"\n[[registry.mirror]]\nlocation = "${partial.host}"\n`,
    );
    const before = (await asked('origin')).length;
    const { code, path, stderr } = await download(`${origin.host}/acme/model:v1`);
    expect(code, stderr).toBe(0);
    expect(await readFile(path, 'utf8')).toBe(FILES['model.gguf']);
    // The user hears once of the one that can't be used, and nothing of the other.
    expect(stderr.match(/The mirror/g)).toHaveLength(1);
    expect(stderr).toContain(`The mirror ${NOWHERE}/acme/model can’t be used`);
    expect((await asked('origin')).slice(before).filter((line) => line.startsWith('blobs 200'))).toHaveLength(1);
  });

  it('what is blocked is not asked for, and a broken file is told with its line', async () => {
    await registriesConf(`[[registry]]\nlocation = "${origin.host}/acme"\nblocked = true\n`);
    expect(await download(`${origin.host}/acme/model:v1`)).toMatchObject({ code: 5, stderr: expect.stringContaining('registries.conf') });
    await registriesConf('[[registry]]\nlocation = "a.example"\ninsecure = 1\n');
    expect(await download(`${origin.host}/acme/model:v1`)).toMatchObject({ code: 2, stderr: expect.stringMatching(/line 3: registry\[0\]\.insecure/) });
    expect(await workspace.ilab(['model', 'list'])).toMatchObject({ code: 0, stderr: '' });
    // Its aliases and search list decide what a short name means.
    expect(await workspace.ilab(['model', 'path', 'nothing'])).toMatchObject({ code: 2, stderr: expect.stringMatching(/line 3: registry\[0\]\.insecure/) });
  });

  it('a registry that wants a client’s certificate gets the one of its host, by an authority of its own', async () => {
    const [place, mine] = [join(directory, 'tls'), join(directory, 'mine')];
    for (const folder of [place, mine]) await mkdir(folder);
    const [server, client] = [await makeCertificate(place), await makeCertificate(mine)];
    const front = await startNginx({ directory: place, before: `http://${origin.host}`, tls: { ...server, clients: client.cert } });
    servers.push(front);
    const reference = `${front.host}/acme/model:v1`;
    expect(await download(reference)).toMatchObject({ code: 7, stderr: expect.stringContaining('not trusted') });
    const folder = `.config/containers/certs.d/${front.host}`;
    await configure(`${folder}/ca.crt`, await readFile(server.cert, 'utf8'));
    expect((await download(reference)).code).not.toBe(0);
    await configure(`${folder}/me.cert`, await readFile(client.cert, 'utf8'));
    expect(await download(reference)).toMatchObject({ code: 2, stderr: expect.stringContaining('me.key') });
    await configure(`${folder}/me.key`, await readFile(client.key, 'utf8'));
    const { code, path, stderr } = await download(reference);
    expect(code, stderr).toBe(0);
    expect(await readFile(path, 'utf8')).toBe(FILES['model.gguf']);
  });
});
