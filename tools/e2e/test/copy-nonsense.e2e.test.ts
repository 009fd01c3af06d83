import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLayoutArchive } from '@ilab/oras';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clients, createClients, lacking, type RealServer, startDockerRegistry, startOlareg, writeFiles } from '../src/index.ts';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';
const BYTES = 'application/octet-stream';
const digestOf = (content: string): string => `sha256:${createHash('sha256').update(content).digest('hex')}`;

const reason = lacking('docker-registry', 'olareg', 'oras');
describe.skipIf(reason !== undefined)(`nonsense beside a model${reason === undefined ? '' : ` (${reason})`}`, () => {
  let directories: string[];
  let servers: RealServer[];
  let clients: Clients;
  beforeAll(async () => {
    directories = await Promise.all([1, 2].map(() => mkdtemp(join(tmpdir(), 'ilab-copy-nonsense-'))));
    const [first = '', second = ''] = directories;
    servers = await Promise.all([startDockerRegistry({ directory: first }), startOlareg({ directory: second })]);
    clients = await createClients({ host: servers[0]?.host ?? '' });
    writeFiles(join(clients.workspace.home, 'm'), {
      'config.json': Buffer.from('{}'),
      'model.safetensors': Buffer.from('weights'),
      'signature.json': Buffer.from('signed'),
      odd: Buffer.from('odd'),
    });
  });
  afterAll(async () => {
    for (const server of servers) await server.stop();
    await clients?.workspace.remove();
    for (const directory of directories) await rm(directory, { recursive: true, force: true });
  });

  /** A model and a signature, and beside them what whoever may push can write. */
  async function prepare(base: string) {
    const cwd = join(clients.workspace.home, 'm');
    await clients.oras(['push', `${base}:v1`, `config.json:${BYTES}`, `model.safetensors:${BYTES}`], { cwd });
    await clients.oras(['attach', '--artifact-type', 'x/signature', `${base}:v1`, `signature.json:${BYTES}`], { cwd });
    const [host = '', ...rest] = base.split('/');
    const url = `http://${host}/v2/${rest.join('/')}`;
    const model = await fetch(`${url}/manifests/v1`, { headers: { accept: MANIFEST } });
    const text = await model.text();
    const subject = { mediaType: MANIFEST, digest: digestOf(text), size: text.length };
    const { config } = JSON.parse(text) as { readonly config: object };
    await clients.oras(['push', `${base}:odd`, `odd:${BYTES}`], { cwd });
    const layer = { mediaType: BYTES, digest: digestOf('odd'), size: 4 };
    const bad = JSON.stringify({ schemaVersion: 2, mediaType: MANIFEST, artifactType: 'x/signature', config, layers: [layer], subject });
    const pushed = await fetch(`${url}/manifests/${digestOf(bad)}`, { method: 'PUT', headers: { 'content-type': MANIFEST }, body: bad });
    expect(pushed.status, await pushed.text()).toBe(201);
    // Where the registry keeps no list, whoever pushes does.
    if (pushed.headers.get('oci-subject') === null) {
      const tag = `${url}/manifests/${subject.digest.replace(':', '-')}`;
      const list = (await (await fetch(tag, { headers: { accept: INDEX } })).json()) as { readonly manifests: readonly object[] };
      const entry = { mediaType: MANIFEST, digest: digestOf(bad), size: bad.length, artifactType: 'x/signature' };
      const body = JSON.stringify({ ...list, manifests: [entry, ...list.manifests] });
      expect((await fetch(tag, { method: 'PUT', headers: { 'content-type': INDEX }, body })).status).toBe(201);
    }
    return { bad: digestOf(bad) };
  }

  async function ask(...args: readonly string[]) {
    const { code, stdout, stderr } = await clients.workspace.ilab(['model', ...args, '--json']);
    return { code, stderr, ...(JSON.parse(stdout || '{}') as { readonly result?: object; readonly warnings?: readonly string[] }) };
  }

  it.each([
    ['docker-registry', 0],
    ['olareg', 1],
  ] as const)('at %s is left out of copies and archives and told, and a good signature comes along', async (_name, which) => {
    const base = `${servers[which]?.host}/acme/m`;
    const { bad } = await prepare(base);
    const to = `${servers[1 - which]?.host}/copies/m:v1`;
    expect(await ask('copy', `${base}:v1`, to)).toMatchObject({
      code: 0,
      result: { referrers: 1, leftOut: [bad] },
      warnings: [expect.stringContaining(bad)],
    });
    expect(await clients.oras(['discover', '--format', 'json', to])).toContain('x/signature');
    await ask('download', `${base}:v1`);
    const archive = join(clients.workspace.home, `${which}.tar`);
    expect(await ask('save', `${base}:v1`, '--output', archive)).toMatchObject({
      code: 0,
      result: { models: [{ attachments: 1, leftOut: [bad] }] },
      warnings: [expect.stringContaining(bad)],
    });
    await using opened = await openLayoutArchive(archive, {});
    const root = await opened.resolve(`${base}:v1`, {});
    const referrers = await Array.fromAsync(opened.referrers(root, {}));
    expect(referrers.map(({ artifactType }) => artifactType)).toEqual(['x/signature']);
    expect(referrers[0]?.digest).not.toBe(bad);
  });
});
