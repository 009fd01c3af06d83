import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Hub, snapshotOf, startHub } from '@ilab/hub';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CLI, createWorkspace, findPython, lacking, mustRun, type Outcome, type Workspace } from '../src/index.ts';

const SECRET = 'hf_S3cretOfTheTester';
const PASSWORD = 'p4ss:word';

let hub: Hub;
let workspace: Workspace;
beforeEach(async () => {
  const models = [{ repository: 'acme/m', versions: new Map([['main', snapshotOf({ 'config.json': '{}', 'model.gguf': 'weights' })]]) }];
  hub = await startHub({ models, access: { tokens: [SECRET], private: ['acme/m'], registry: 'bearer', users: { me: PASSWORD } } });
  workspace = await createWorkspace();
});
afterEach(async () => {
  await hub.close();
  await workspace.remove();
});

/** Runs `ilab` with a secret on standard input; it is in nothing that is said. */
function ilab(args: readonly string[], { input = '', env = {} }: { readonly input?: string; readonly env?: Record<string, string> } = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [CLI, ...args], { cwd: workspace.home, env: { ...workspace.env, ILAB_DEBUG: '1', ...env } });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (text) => (stdout += text));
    child.stderr.on('data', (text) => (stderr += text));
    child.on('close', (code) => resolve({ code, stdout, stderr }));
    child.stdin.end(input);
  }).then((outcome) => {
    const { stdout, stderr } = outcome as Outcome;
    for (const secret of [SECRET, PASSWORD]) expect(`${stdout}${stderr}`).not.toContain(secret);
    return outcome as Outcome;
  });
}

const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);
const configure = (text: string): void => {
  mkdirSync(join(workspace.home, '.config', 'instructlab'), { recursive: true });
  writeFileSync(join(workspace.home, '.config', 'instructlab', 'config.yaml'), text);
};

describe('ilab login huggingface.co', () => {
  const token = (): string => join(workspace.home, '.cache', 'huggingface', 'token');
  const toHub = { HF_ENDPOINT: '' };
  beforeEach(() => {
    toHub.HF_ENDPOINT = hub.url;
  });

  it('keeps the token where Hugging Face’s tools look, for its owner only, and then it works', async () => {
    expect((await ilab(['model', 'download', 'acme/m'], { env: toHub })).code).toBe(3);
    const { code, stdout, stderr } = await ilab(['login', 'hf.co', '--token-stdin'], { input: `${SECRET}\n`, env: toHub });
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('Logged in to huggingface.co as tester');
    expect(readFileSync(token(), 'utf8')).toBe(SECRET);
    expect([mode(token()), mode(join(token(), '..')), mode(join(token(), '..', 'stored_tokens'))]).toEqual(['600', '700', '600']);
    expect((await ilab(['model', 'download', 'acme/m'], { env: toHub })).code).toBe(0);

    expect((await ilab(['logout', 'huggingface.co'], { env: toHub })).code).toBe(0);
    expect(existsSync(token())).toBe(false);
    expect((await ilab(['logout', 'huggingface.co', '--json'], { env: toHub })).stdout).toContain('"places": []');
  });

  it('keeps nothing that the Hub refuses, and says what wins', async () => {
    const refused = await ilab(['login', 'huggingface.co', '--token-stdin', '--json'], { input: 'hf_unknownToken', env: toHub });
    expect(refused.code).toBe(5);
    expect(JSON.parse(refused.stdout)).toMatchObject({ error: { code: 'E_UNAUTHORIZED', hint: expect.stringContaining('/settings/tokens') } });
    expect(existsSync(token())).toBe(false);
    const { stdout } = await ilab(['login', 'huggingface.co', '--token-stdin', '--json'], { input: SECRET, env: { ...toHub, HF_TOKEN: 'other' } });
    expect(JSON.parse(stdout)).toMatchObject({ result: { user: 'tester', notices: [expect.stringContaining('HF_TOKEN')] } });
    expect((await ilab(['login', 'huggingface.co'], { env: toHub })).code).toBe(2);
    expect((await ilab(['login', 'huggingface.co', '--token-stdin', '--username', 'me'], { input: SECRET, env: toHub })).code).toBe(2);
  });

  const noPython = lacking('huggingface_hub');
  it.skipIf(noPython !== undefined)(`is a login to the official client, too${noPython === undefined ? '' : ` (skipped: ${noPython})`}`, async () => {
    const hf = (...args: readonly string[]) =>
      mustRun(findPython() ?? '', ['-m', 'huggingface_hub.cli.hf', 'auth', ...args], { env: { ...workspace.env, ...toHub } });
    const stored = join(token(), '..', 'stored_tokens');
    mkdirSync(join(token(), '..'), { recursive: true });
    writeFileSync(stored, '[älter]\nhf_token = hf_oldOne\nrefresh_token = r\n\n');
    await ilab(['login', 'huggingface.co', '--token-stdin'], { input: SECRET, env: toHub });
    const list = await hf('list');
    expect(list).toMatch(/\* .*test-token/);
    expect(list).toContain('älter');
    expect(await hf('whoami')).toContain('tester');
    await ilab(['logout', 'huggingface.co'], { env: toHub });
    expect(await hf('list')).not.toContain('test-token');
    expect(readFileSync(stored, 'utf8')).toBe('[älter]\nhf_token = hf_oldOne\nrefresh_token = r\n\n');
  });
});

it('keeps the token of another Hub by its host, and sends it nowhere else', async () => {
  configure(`version: 2.0.0\nmodels:\n  registries:\n    "${hub.host}": { source: hf }\n`);
  const { code, stdout, stderr } = await ilab(['login', hub.host, '--token-stdin'], { input: SECRET });
  expect(code, stderr).toBe(0);
  expect(stdout).toContain('as tester');
  const auth = join(workspace.home, '.docker', 'config.json');
  const kept = [join(workspace.home, '.config', 'containers', 'auth.json'), auth].find(existsSync) ?? '';
  expect(Object.keys((JSON.parse(readFileSync(kept, 'utf8')) as { auths: object }).auths)).toEqual([hub.host]);
  expect(existsSync(join(workspace.home, '.cache', 'huggingface', 'token'))).toBe(false);
  expect((await ilab(['model', 'download', `hf://${hub.host}/acme/m`])).code).toBe(0);
  const other = await startHub({ models: [], access: { private: ['acme/m'] } });
  expect((await ilab(['model', 'download', 'acme/m'], { env: { HF_ENDPOINT: other.url } })).code).toBe(3);
  expect(JSON.stringify(other.requests)).not.toContain(SECRET);
  await other.close();
  expect((await ilab(['logout', hub.host])).stdout).toContain(kept);
});

describe('ilab login to a registry', () => {
  const config = (): string => join(workspace.home, '.docker', 'config.json');

  it('keeps name and password in the file that Docker and Podman read, beside what else is there', async () => {
    mkdirSync(join(config(), '..'));
    writeFileSync(config(), JSON.stringify({ psFormat: 'x', auths: { 'other.example': { auth: 'bzpw' } } }));
    chmodSync(config(), 0o640);
    const login = await ilab(['login', hub.host, '--username', 'me', '--password-stdin'], { input: PASSWORD });
    expect(login.code, login.stderr).toBe(0);
    expect(JSON.parse(readFileSync(config(), 'utf8'))).toEqual({
      psFormat: 'x',
      auths: { 'other.example': { auth: 'bzpw' }, [hub.host]: { auth: Buffer.from(`me:${PASSWORD}`).toString('base64') } },
    });
    expect(mode(config())).toBe('640');
    expect((await ilab(['model', 'download', `${hub.host}/acme/m:main`])).code).toBe(0);
    expect((await ilab(['logout', hub.host])).code).toBe(0);
    expect(JSON.parse(readFileSync(config(), 'utf8'))).toEqual({ psFormat: 'x', auths: { 'other.example': { auth: 'bzpw' } } });
  });

  it('keeps nothing that the registry refuses', async () => {
    const login = await ilab(['login', hub.host, '--username', 'me', '--password-stdin', '--json'], { input: 'wrong' });
    expect(login.code).toBe(5);
    expect(existsSync(config())).toBe(false);
    expect((await ilab(['login', hub.host, '--password-stdin'], { input: PASSWORD })).stderr).toContain('--username');
  });

  it('uses the helper that the user chose', async () => {
    const log = join(workspace.home, 'helper.log');
    const bin = join(workspace.home, 'bin');
    mkdirSync(bin);
    mkdirSync(join(config(), '..'));
    writeFileSync(join(bin, 'docker-credential-test'), `#!/bin/sh\necho "$1" >> ${log}\ncat >> ${log}\necho >> ${log}\n`, { mode: 0o755 });
    writeFileSync(config(), JSON.stringify({ credsStore: 'test' }));
    const env = { PATH: `${bin}:${process.env['PATH']}` };
    const login = await ilab(['login', hub.host, '--username', 'me', '--password-stdin'], { input: PASSWORD, env });
    expect(login.stdout).toContain('docker-credential-test');
    expect(readFileSync(log, 'utf8')).toBe(`store\n{"ServerURL":"${hub.host}","Username":"me","Secret":"${PASSWORD}"}\n`);
    expect(readFileSync(config(), 'utf8')).toBe('{"credsStore":"test"}');
    // A helper that is not there is no reason to write the password in the clear.
    const without = await ilab(['login', hub.host, '--username', 'me', '--password-stdin', '--json'], { input: PASSWORD });
    expect(JSON.parse(without.stdout)).toMatchObject({ error: { code: 'E_BAD_CONFIG', message: expect.stringContaining('docker-credential-test') } });
    expect(readFileSync(config(), 'utf8')).toBe('{"credsStore":"test"}');
  });
});
