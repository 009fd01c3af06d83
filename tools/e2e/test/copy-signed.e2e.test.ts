import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeKey, modelStatement, resourcesOf, signStatement } from '@ilab/hub';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clients, createClients, findProgram, lacking, mustRun, type RealServer, startDockerRegistry, startOlareg, writeFiles } from '../src/index.ts';

const FILES = { 'config.json': Buffer.from('{}'), 'sub/model.safetensors': Buffer.from('weights') };
const BYTES = 'application/octet-stream';

const reason = lacking('docker-registry', 'olareg', 'oras', 'cosign');
describe.skipIf(reason !== undefined)(`signatures of what is copied and saved${reason === undefined ? '' : ` (${reason})`}`, () => {
  let directories: string[];
  let servers: RealServer[];
  let clients: Clients;
  let home: string;
  const at = (which: number, name: string): string => `${servers[which]?.host}/${name}`;

  beforeAll(async () => {
    directories = await Promise.all([1, 2].map(() => mkdtemp(join(tmpdir(), 'ilab-copy-signed-'))));
    const [first = '', second = ''] = directories;
    servers = await Promise.all([startDockerRegistry({ directory: first }), startOlareg({ directory: second })]);
    clients = await createClients({ host: servers[0]?.host ?? '' });
    ({ home } = clients.workspace);
    await mustRun(findProgram('cosign') ?? '', ['generate-key-pair'], { cwd: home, env: { ...cosignEnv(), COSIGN_PASSWORD: '' } });
  });
  afterAll(async () => {
    for (const server of servers) await server.stop();
    await clients?.workspace.remove();
    for (const directory of directories) await rm(directory, { recursive: true, force: true });
  });

  function cosignEnv() {
    return { PATH: process.env['PATH'], HOME: home, COSIGN_PASSWORD: '' };
  }

  async function push(name: string, files: Readonly<Record<string, string | Buffer>> = FILES): Promise<string> {
    const folder = join(home, name);
    writeFiles(folder, Object.fromEntries(Object.entries(files).map(([path, content]) => [path, Buffer.from(content)])));
    await clients.oras(['push', at(0, name), ...Object.keys(files).map((path) => `${path}:${BYTES}`)], { cwd: folder });
    return at(0, name);
  }

  async function sign(reference: string, { bundle = true } = {}): Promise<void> {
    const local = ['--use-signing-config=false', '--tlog-upload=false', '--allow-http-registry', `--new-bundle-format=${bundle}`, '--yes'];
    await mustRun(findProgram('cosign') ?? '', ['sign', '--key', 'cosign.key', ...local, reference], { cwd: home, env: cosignEnv() });
  }

  /** Runs a command under a policy for the first registry, or for the host that is named. */
  async function under(args: readonly string[], { host = servers[0]?.host ?? '', keys = ['cosign.pub'], mode = 'require', env = {} } = {}) {
    const config = join(home, 'config.yaml');
    await writeFile(config, JSON.stringify({ version: '2.0.0', models: { signatures: [{ match: host, mode, keys }] } }));
    const { code, stdout, stderr } = await clients.workspace.ilab([...args, '--json'], { env: { ...env, ILAB_CONFIG: config } });
    return { code, stderr, ...(JSON.parse(stdout || '{}') as { readonly result?: object; readonly error?: object; readonly warnings?: readonly string[] }) };
  }

  const exists = async (reference: string): Promise<boolean> => {
    const [, host = '', repository = '', tag = ''] = /^([^/]+)\/(.+):([^:]+)$/.exec(reference) ?? [];
    return (await fetch(`http://${host}/v2/${repository}/manifests/${tag}`, { headers: { accept: '*/*' } })).ok;
  };

  it('a model that nobody signed is not copied, and nothing of it arrives', async () => {
    const source = await push('acme/unsigned:v1');
    const refused = await under(['model', 'copy', source, at(1, 'copies/unsigned:v1')]);
    expect(refused).toMatchObject({ code: 5, error: { code: 'E_UNTRUSTED', message: expect.stringContaining('not signed') } });
    expect(await exists(at(1, 'copies/unsigned:v1'))).toBe(false);
    const weights = createHash('sha256').update(FILES['sub/model.safetensors']).digest('hex');
    expect((await fetch(`http://${at(1, `v2/copies/unsigned/blobs/sha256:${weights}`)}`)).status).toBe(404);
    const warned = await under(['model', 'copy', source, at(1, 'copies/warned:v1')], { mode: 'warn' });
    expect(warned).toMatchObject({ code: 0, result: { signature: { state: 'unsigned' } }, warnings: [expect.stringContaining('is not signed')] });
  });

  it.each([
    ['a bundle', true],
    ['a signature of the older form', false],
  ])('%s goes along, and is good at the destination', async (_what, bundle) => {
    const name = bundle ? 'acme/bundled:v1' : 'acme/older:v1';
    const source = await push(name);
    await sign(source, { bundle });
    const to = at(1, name.replace('acme', 'copies'));
    const copied = await under(['model', 'copy', source, to]);
    expect(copied, copied.stderr).toMatchObject({ code: 0, result: { referrers: 1, signature: { state: 'verified', covers: 'manifest' } } });
    expect(await under(['model', 'download', to], { host: servers[1]?.host ?? '' })).toMatchObject({ code: 0 });
    expect(await under(['model', 'copy', source, `${to}-other`], { keys: ['other.pem'] })).toMatchObject({ code: 5 });
    expect(await exists(`${to}-other`)).toBe(false);
  });

  it('the signature in a model counts, and what was changed since is refused', async () => {
    const key = makeKey();
    await writeFile(join(home, 'own.pem'), key.publicPem);
    const signature = JSON.stringify(signStatement(modelStatement(resourcesOf(FILES)), key));
    const source = await push('acme/inside:v1', { ...FILES, 'model.sig': signature });
    const copied = await under(['model', 'copy', source, at(1, 'copies/inside:v1')], { keys: ['own.pem'] });
    expect(copied, copied.stderr).toMatchObject({ code: 0, result: { signature: { covers: 'files', from: 'model.sig' } } });
    const changed = await push('acme/changed:v1', { ...FILES, 'config.json': '{"a": 1}', 'model.sig': signature });
    expect(await under(['model', 'copy', changed, at(1, 'copies/changed:v1')], { keys: ['own.pem'] })).toMatchObject({
      code: 6,
      error: { code: 'E_INTEGRITY', message: expect.stringContaining('config.json is not what was signed') },
    });
    expect(await exists(at(1, 'copies/changed:v1'))).toBe(false);
  });

  it('what is here unverified is not saved, and what was verified is, with its signature', async () => {
    const source = await push('acme/saved:v1');
    const file = join(home, 'models.tar');
    expect(await under(['model', 'download', source], { mode: 'off' })).toMatchObject({ code: 0 });
    expect(await under(['model', 'save', source, '--output', file])).toMatchObject({ code: 5, error: { code: 'E_UNTRUSTED' } });
    await sign(source);
    expect(await under(['model', 'download', source])).toMatchObject({ code: 0 });
    const saved = await under(['model', 'save', source, '--output', file]);
    expect(saved, saved.stderr).toMatchObject({ code: 0, result: { models: [{ attachments: 1 }] } });
    const inside = { env: { ILAB_MODELS_DIR: join(home, 'inside') } };
    expect(await under(['model', 'load', file], { ...inside, keys: ['other.pem'] })).toMatchObject({ code: 5 });
    expect(await under(['model', 'load', file], inside)).toMatchObject({ code: 0 });
  });
});
