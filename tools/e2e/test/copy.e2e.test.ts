import { createHash, randomBytes } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Hub, snapshotOf, startHub } from '@ilab/hub';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type Clients,
  createClients,
  createWorkspace,
  filesBelow,
  lacking,
  type RealServer,
  startDistribution,
  startDockerRegistry,
  startIlab,
  startOlareg,
  storeOf,
  type Workspace,
  writeFiles,
} from '../src/index.ts';

const MIB = 1024 * 1024;
const SECRET = 'hf_copyToken';
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

type Answer = Readonly<Record<string, unknown>> & {
  readonly exit: number | null;
  readonly error?: { readonly code: string; readonly message: string; readonly hint: string };
};

async function ask(workspace: Workspace, ...args: readonly string[]): Promise<Answer> {
  const { code, stdout, stderr } = await workspace.ilab([...args, '--json']);
  expect(stdout, stderr).not.toBe('');
  const { result, error } = JSON.parse(stdout) as { readonly result?: object; readonly error?: NonNullable<Answer['error']> };
  return { exit: code, ...(Array.isArray(result) ? (result[0] as object) : result), ...(error && { error }) };
}

describe('ilab model copy, between a Hub and a registry', () => {
  const FILES = { 'config.json': Buffer.from('{"model_type": "llama"}'), 'sub/b.gguf': randomBytes(2 * MIB), 'a.gguf': randomBytes(3 * MIB) };
  let hub: Hub;
  let workspace: Workspace;
  beforeEach(async () => {
    const model = { repository: 'org/m', versions: new Map([['main', snapshotOf(FILES)]]) };
    hub = await startHub({ models: [model], access: { tokens: [SECRET] } });
    workspace = await createWorkspace({ HF_ENDPOINT: hub.url, HF_TOKEN: SECRET });
  });
  afterEach(async () => {
    await hub.close();
    await workspace.remove();
  });
  const at = (name: string): string => `${hub.host}/acme/${name}`;
  const copy = (...args: readonly string[]): Promise<Answer> => ask(workspace, 'model', 'copy', ...args);

  it('streams a model into a registry, and keeps nothing of it here', async () => {
    const copied = await copy('org/m', at('m:v1'));
    expect(copied).toMatchObject({ exit: 0, way: 'files', files: 3, changed: true, packed: 'modelpack', sent: 5 * MIB + 23 });
    expect(existsSync(join(storeOf(workspace), 'huggingface.co'))).toBe(false);
    expect(await copy('org/m', at('m:v1'))).toMatchObject({ exit: 0, changed: false, sent: 0, revision: copied['revision'] });
    const { path } = await ask(workspace, 'model', 'download', at('m:v1'));
    expect(filesBelow(String(path))).toEqual(FILES);
    const manifest = (await (await fetch(`${hub.url}/v2/acme/m/manifests/v1`)).json()) as { readonly annotations: object };
    expect(manifest.annotations).toMatchObject({ 'org.opencontainers.image.source': 'https://huggingface.co/org/m' });
  });

  it('takes what is chosen, and shows it without sending anything', async () => {
    const { code, stdout } = await workspace.ilab(['model', 'copy', 'org/m', at('m:v1'), '--include', '*.gguf', '--dry-run']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/a\.gguf +3\.1 MB/);
    expect(stdout).toContain('File by file, at most 5.2 MB');
    expect(hub.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
    expect(await copy('org/m#a.gguf', at('m:v1'))).toMatchObject({ exit: 0, files: 1, sent: 3 * MIB });
    expect(await copy('org/m', at('m:v1'), '--include', 'none*')).toMatchObject({ exit: 3, error: { code: 'E_NOT_FOUND' } });
    expect(await copy(at('m:v1'), at('n:v1'), '--include', '*.gguf')).toMatchObject({ exit: 2, error: { message: expect.stringContaining('byte for byte') } });
  });

  it('passes on nothing that is not what the Hub names', async () => {
    hub.faults.add({ on: 'a.gguf', kind: 'wrong-bytes', at: 1000, times: 100 });
    hub.faults.add({ on: sha256(FILES['a.gguf']), kind: 'wrong-bytes', at: 1000, times: 100 });
    expect(await copy('org/m', at('m:v1'))).toMatchObject({ exit: 6, error: { code: 'E_INTEGRITY' } });
    expect((await fetch(`${hub.url}/v2/acme/m/manifests/v1`)).status).toBe(404);
  });

  it('goes on after Ctrl-C, without what arrived', async () => {
    hub.faults.add({ on: /^PUT .*\/blobs\/uploads\/.+/, kind: 'stall', at: 2.5 * MIB, times: 100 });
    const running = startIlab(workspace, ['model', 'copy', 'org/m', at('m:v1')]);
    const there = async (): Promise<boolean> => (await fetch(`${hub.url}/v2/acme/m/blobs/sha256:${sha256(FILES['sub/b.gguf'])}`, { method: 'HEAD' })).ok;
    while (!(await there())) await new Promise((resolve) => setTimeout(resolve, 10));
    running.child.kill('SIGINT');
    expect(await running.ended).toMatchObject({ code: 130 });
    hub.faults.clear();
    const { exit, sent, here } = await copy('org/m', at('m:v1'));
    expect(exit).toBe(0);
    expect(Number(sent) + Number(here)).toBe(5 * MIB + 23);
    expect(Number(here)).toBeGreaterThanOrEqual(2 * MIB);
  });

  it('goes the other way, too', async () => {
    await copy('org/m', at('m:v1'));
    const back = await copy(at('m:v1'), 'org/back', '--create', '--message', 'From the registry');
    expect(back).toMatchObject({ exit: 0, way: 'files', changed: true });
    expect(back['url']).toMatch(/\/org\/back\/commit\/[0-9a-f]{40}$/);
    const { path } = await ask(workspace, 'model', 'download', 'org/back', '--include', '*');
    expect(filesBelow(String(path))).toMatchObject(FILES);
  });
});

const reason = lacking('docker-registry', 'registry', 'olareg', 'oras');
describe.skipIf(reason !== undefined)(`ilab model copy, between registries${reason === undefined ? '' : ` (${reason})`}`, () => {
  const FILES = { 'config.json': Buffer.from('{}'), 'sub/model.safetensors': randomBytes(3 * MIB) };
  let directories: string[];
  let servers: RealServer[];
  let clients: Clients;
  let revision: string;
  const host = (which: number): string => servers[which]?.host ?? '';
  const copy = (...args: readonly string[]): Promise<Answer> => ask(clients.workspace, 'model', 'copy', ...args);

  beforeAll(async () => {
    directories = await Promise.all([1, 2, 3].map(() => mkdtemp(join(tmpdir(), 'ilab-copy-'))));
    const [first = '', second = '', third = ''] = directories;
    servers = await Promise.all([startDockerRegistry({ directory: first }), startDistribution({ directory: second }), startOlareg({ directory: third })]);
    clients = await createClients({ host: host(0) });
    const { home } = clients.workspace;
    writeFiles(join(home, 'm'), FILES);
    const names = Object.keys(FILES).map((path) => `${path}:application/octet-stream`);
    await clients.oras(['push', '--artifact-type', 'application/vnd.example', `${host(0)}/acme/m:v1`, ...names], { cwd: join(home, 'm') });
    writeFileSync(join(home, 'm', 'signature.json'), '{"signed": true}');
    await clients.oras(['attach', '--artifact-type', 'application/vnd.example.signature', `${host(0)}/acme/m:v1`, 'signature.json:application/json'], {
      cwd: join(home, 'm'),
    });
    revision = (await clients.oras(['resolve', `${host(0)}/acme/m:v1`])).trim();
  });
  afterAll(async () => {
    for (const server of servers) await server.stop();
    await clients?.workspace.remove();
    for (const directory of directories) await rm(directory, { recursive: true, force: true });
  });
  const attached = async (reference: string): Promise<string> => clients.oras(['discover', '--format', 'json', reference]);

  it.each([
    ['distribution 3', 1],
    ['olareg', 2],
  ])('brings a model from docker-registry to %s as it is, with what is attached to it', async (_name, which) => {
    const to = `${host(which)}/copies/m`;
    expect(await copy(`${host(0)}/acme/m:v1`, to)).toMatchObject({ exit: 0, way: 'whole', revision, changed: true, referrers: 1, reference: `${to}:v1` });
    expect((await clients.oras(['resolve', `${to}:v1`])).trim()).toBe(revision);
    expect(await attached(`${to}:v1`)).toContain('application/vnd.example.signature');
    const out = join(clients.workspace.home, `out-${which}`);
    await clients.oras(['pull', '--output', out, `${to}:v1`]);
    expect(filesBelow(out)).toEqual(FILES);
    expect(existsSync(join(storeOf(clients.workspace), host(0)))).toBe(false);
    expect(await copy(`${host(0)}/acme/m:v1`, to)).toMatchObject({ exit: 0, changed: false, sent: 0 });
  });

  it('sends nothing within one registry', async () => {
    expect(await copy(`${host(0)}/acme/m:v1`, `${host(0)}/acme/twin:v2`)).toMatchObject({ exit: 0, sent: 0, revision, referrers: 1 });
    expect(await attached(`${host(0)}/acme/twin:v2`)).toContain('application/vnd.example.signature');
  });

  it('leaves the attached where it is, if that is wanted, and takes a digest for a source', async () => {
    const bare = await copy(`${host(0)}/acme/m@${revision}`, `${host(2)}/copies/bare`, '--no-referrers');
    expect(bare).toMatchObject({ exit: 0, referrers: 0, url: `${host(2)}/copies/bare:latest@${revision}` });
    expect(await attached(`${host(2)}/copies/bare:latest`)).not.toContain('application/vnd.example.signature');
  });

  it('says what is not there', async () => {
    expect(await copy(`${host(0)}/acme/m:v9`, `${host(2)}/copies/m`)).toMatchObject({ exit: 3, error: { code: 'E_NOT_FOUND' } });
  });
});
