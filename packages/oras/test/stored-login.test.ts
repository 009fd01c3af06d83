import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { CredentialStore } from '@ilab/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createStoredCredentials } from '../src/index.ts';

const ME = { username: 'me', password: 's3cret:with colon' };
const ENTRY = { auth: Buffer.from('me:s3cret:with colon').toString('base64') };

let home: string;
beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'ilab-login-')));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const docker = (): string => join(home, '.docker', 'config.json');
const containers = (): string => join(home, '.config', 'containers', 'auth.json');
const storeIn = (env: Record<string, string> = {}): CredentialStore => createStoredCredentials({ env, home });
const json = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));
function write(path: string, value: unknown): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value));
  return path;
}

describe('a login is kept', () => {
  it('for its owner only where nothing is yet, and found again', async () => {
    const place = await storeIn().store('quay.io', ME, {});
    expect(json(place)).toEqual({ auths: { 'quay.io': ENTRY } });
    expect((statSync(place).mode & 0o777).toString(8)).toBe('600');
    expect((statSync(dirname(place)).mode & 0o777).toString(8)).toBe('700');
    expect(await storeIn().find('quay.io', {})).toEqual({ kind: 'basic', ...ME });
    expect(await storeIn().find('quay.io:443', {})).toBeUndefined();
  });

  it('in the file that is there, whose other content stays', async () => {
    write(docker(), { auths: { a: { auth: 'x' } }, proxies: { default: {} }, credHelpers: { 'gcr.io': 'gcloud' } });
    expect(await storeIn().store('quay.io', ME, {})).toBe(docker());
    expect(json(docker())).toEqual({ auths: { a: { auth: 'x' }, 'quay.io': ENTRY }, proxies: { default: {} }, credHelpers: { 'gcr.io': 'gcloud' } });
  });

  it('where it would be found first', async () => {
    const session = join(home, 'run');
    write(join(session, 'containers', 'auth.json'), { auths: { 'quay.io': { auth: 'b2xkOm9sZA==' } } });
    write(docker(), {});
    expect(await storeIn({ XDG_RUNTIME_DIR: session }).store('quay.io', ME, {})).toBe(join(session, 'containers', 'auth.json'));
    expect(await storeIn({ XDG_RUNTIME_DIR: session }).find('quay.io', {})).toEqual({ kind: 'basic', ...ME });
    // Another host's outlives the session.
    expect(await storeIn({ XDG_RUNTIME_DIR: session }).store('ghcr.io', ME, {})).toBe(docker());
  });

  it('in REGISTRY_AUTH_FILE alone, through a link that leads elsewhere', async () => {
    const real = write(join(home, 'dotfiles', 'auth.json'), {});
    symlinkSync(real, join(home, 'auth.json'));
    write(docker(), {});
    await storeIn({ REGISTRY_AUTH_FILE: join(home, 'auth.json') }).store('quay.io', ME, {});
    expect(json(real)).toEqual({ auths: { 'quay.io': ENTRY } });
    expect(json(docker())).toEqual({});
  });

  it('under the name that Docker Hub has there', async () => {
    const place = await storeIn().store('docker.io', ME, {});
    expect(json(place)).toEqual({ auths: { 'https://index.docker.io/v1/': ENTRY } });
    expect(await storeIn().find('docker.io', {})).toEqual({ kind: 'basic', ...ME });
    expect(await storeIn().erase('docker.io', {})).toEqual([place]);
  });

  it('not in a file that can’t be read as one', async () => {
    write(docker(), '{ broken');
    await expect(storeIn().store('quay.io', ME, {})).rejects.toMatchObject({ code: 'E_BAD_CONFIG' });
    expect(readFileSync(docker(), 'utf8')).toBe('{ broken');
  });

  it('not under a name that would be read as another', async () => {
    await expect(storeIn().store('quay.io', { ...ME, username: 'a:b' }, {})).rejects.toMatchObject({ code: 'E_USAGE' });
  });
});

describe('a logout', () => {
  it('takes the host out of every file, and nothing else', async () => {
    write(docker(), { auths: { 'quay.io': ENTRY, 'https://quay.io/v1/': ENTRY, 'quay.io/team': ENTRY, 'quay.io.evil.example': ENTRY }, x: 1 });
    write(containers(), { auths: { 'quay.io': ENTRY } });
    expect([...(await storeIn().erase('quay.io', {}))].sort()).toEqual([containers(), docker()].sort());
    expect(json(docker())).toEqual({ auths: { 'quay.io/team': ENTRY, 'quay.io.evil.example': ENTRY }, x: 1 });
    expect(json(containers())).toEqual({ auths: {} });
    expect(await storeIn().erase('quay.io', {})).toEqual([]);
  });
});

describe('a helper that the user chose', () => {
  const log = (): string => join(home, 'log');
  const withHelper = (answer = ''): CredentialStore => {
    const program = write(join(home, 'bin', 'docker-credential-test'), '');
    rmSync(program);
    writeFileSync(program, `#!/bin/sh\necho "$1 $(cat)" >> ${log()}\n[ "$1" = get ] && echo '${answer}'\nexit 0\n`, { mode: 0o755 });
    return storeIn({ PATH: `${join(home, 'bin')}:/usr/bin:/bin` });
  };

  it.each([
    ['for one host', { credHelpers: { 'quay.io': 'test' } }],
    ['for all', { credsStore: 'test' }],
    ['for all, with the empty entry that Docker leaves', { credsStore: 'test', auths: { 'quay.io': {} } }],
  ])('%s keeps it, and the file stays as it is', async (_what, config) => {
    write(docker(), config);
    expect(await withHelper().store('quay.io', ME, {})).toBe('docker-credential-test');
    expect(readFileSync(log(), 'utf8')).toBe(`store ${JSON.stringify({ ServerURL: 'quay.io', Username: 'me', Secret: ME.password })}\n`);
    expect(json(docker())).toEqual(config);
  });

  it('forgets it', async () => {
    write(docker(), { credsStore: 'test' });
    expect(await withHelper('{"Username": "me", "Secret": "s"}').erase('quay.io', {})).toEqual(['docker-credential-test']);
    expect(readFileSync(log(), 'utf8')).toBe('get quay.io\nerase quay.io\n');
  });

  it('that is not there keeps nothing, in the clear least of all', async () => {
    write(docker(), { credsStore: 'none' });
    await expect(storeIn({ PATH: '/nowhere' }).store('quay.io', ME, {})).rejects.toMatchObject({ code: 'E_BAD_CONFIG' });
    expect(json(docker())).toEqual({ credsStore: 'none' });
  });
});
