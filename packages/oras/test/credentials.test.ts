import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createStoredCredentials } from '../src/index.ts';

let home: string;
let warnings: string[];
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'oras-credentials-'));
  warnings = [];
});
afterEach(() => rm(home, { recursive: true, force: true }));

const auth = (text: string) => ({ auth: Buffer.from(text).toString('base64') });
const basic = (username: string, password: string) => ({ kind: 'basic', username, password });

async function write(path: string, value: unknown): Promise<void> {
  await mkdir(dirname(join(home, path)), { recursive: true });
  await writeFile(join(home, path), typeof value === 'string' ? value : JSON.stringify(value));
}

/** A helper as Docker's are: a program of that name on PATH. */
async function writeHelper(name: string, script: string): Promise<void> {
  await write(`bin/docker-credential-${name}`, `#!/bin/sh\n${script}\n`);
  await chmod(join(home, 'bin', `docker-credential-${name}`), 0o755);
}

function find(host: string, { repository, env = {} }: { readonly repository?: string; readonly env?: Readonly<Record<string, string>> } = {}) {
  const logger = { warn: (message: string) => void warnings.push(message), info() {}, debug() {} };
  const credentials = createStoredCredentials({ env: { PATH: `${join(home, 'bin')}:/bin:/usr/bin`, ...env }, home, logger });
  return credentials.find(host, repository === undefined ? {} : { repository });
}

describe('stored credentials', () => {
  it('are for exactly one host, port included', async () => {
    await write('.docker/config.json', { auths: { 'registry.example:5000': auth('ada:pass:word') } });
    expect(await find('registry.example:5000')).toEqual(basic('ada', 'pass:word'));
    for (const other of ['registry.example', 'registry.example:5001', 'evil.registry.example:5000', 'registry.example:5000.evil'])
      expect(await find(other)).toBeUndefined();
  });

  it('of the longest namespace win', async () => {
    await write('.config/containers/auth.json', { auths: { 'quay.io': auth('all:1'), 'quay.io/acme': auth('acme:2'), 'quay.io/acme/model': auth('model:3') } });
    expect(await find('quay.io', { repository: 'acme/model' })).toEqual(basic('model', '3'));
    expect(await find('quay.io', { repository: 'acme/other' })).toEqual(basic('acme', '2'));
    expect(await find('quay.io', { repository: 'acmex/model' })).toEqual(basic('all', '1'));
  });

  it('of containers come before Docker’s, and REGISTRY_AUTH_FILE before all, alone', async () => {
    await write('.docker/config.json', { auths: { 'quay.io': auth('docker:1'), 'ghcr.io': auth('docker:2') } });
    await write('.config/containers/auth.json', { auths: { 'quay.io': auth('user:1') } });
    await write('run/containers/auth.json', { auths: { 'quay.io': auth('session:1') } });
    await write('own.json', { auths: { 'quay.io': auth('own:1') } });
    expect(await find('quay.io')).toEqual(basic('user', '1'));
    expect(await find('ghcr.io')).toEqual(basic('docker', '2'));
    expect(await find('quay.io', { env: { XDG_RUNTIME_DIR: join(home, 'run') } })).toEqual(basic('session', '1'));
    const env = { REGISTRY_AUTH_FILE: join(home, 'own.json') };
    expect(await find('quay.io', { env })).toEqual(basic('own', '1'));
    expect(await find('ghcr.io', { env })).toBeUndefined();
  });

  it('of Docker Hub stand under its old address', async () => {
    await write('.docker/config.json', { auths: { 'https://index.docker.io/v1/': auth('hub:1') } });
    expect(await find('docker.io')).toEqual(basic('hub', '1'));
  });

  it('can be tokens', async () => {
    await write('.docker/config.json', {
      auths: { 'a.example': { ...auth('00000000-0000-0000-0000-000000000000:'), identitytoken: 'refresh' }, 'b.example': { registrytoken: 'bearer' } },
    });
    expect(await find('a.example')).toEqual({ kind: 'identity', token: 'refresh' });
    expect(await find('b.example')).toEqual({ kind: 'token', token: 'bearer' });
  });

  it('come from a helper, which is told the server', async () => {
    await writeHelper('test', 'read server; [ "$1" = get ] && echo "{\\"ServerURL\\":\\"$server\\",\\"Username\\":\\"$server\\",\\"Secret\\":\\"s\\"}"');
    await write('.docker/config.json', { credHelpers: { 'quay.io': 'test' } });
    expect(await find('quay.io')).toEqual(basic('quay.io', 's'));
    expect(await find('ghcr.io')).toBeUndefined();
  });

  it('come from the helper for all others', async () => {
    await writeHelper('all', 'cat >/dev/null; echo \'{"Username":"<token>","Secret":"refresh"}\'');
    await write('.docker/config.json', { credsStore: 'all' });
    expect(await find('docker.io')).toEqual({ kind: 'identity', token: 'refresh' });
  });

  it('are none where the helper has none', async () => {
    await writeHelper('none', 'echo credentials not found in native keychain; exit 1');
    await write('.docker/config.json', { credsStore: 'none' });
    expect(await find('quay.io')).toBeUndefined();
  });

  it('are none where the helper is not installed: what is public stays reachable', async () => {
    await write('.docker/config.json', { credsStore: 'absent' });
    expect(await find('quay.io')).toBeUndefined();
    expect(warnings).toEqual([expect.stringContaining('docker-credential-absent is not installed')]);
  });

  it('run no program but a helper', async () => {
    await write('.docker/config.json', { credHelpers: { 'quay.io': '../../evil; touch x' } });
    await expect(find('quay.io')).rejects.toMatchObject({ code: 'E_BAD_CONFIG' });
  });

  it('say which file is broken', async () => {
    await write('.docker/config.json', '{');
    await expect(find('quay.io')).rejects.toMatchObject({ code: 'E_BAD_CONFIG', message: expect.stringContaining('config.json') });
  });
});
