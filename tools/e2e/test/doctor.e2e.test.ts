import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { snapshotOf, startHub } from '@ilab/hub';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CLI, createWorkspace, run, storeOf } from '../src/index.ts';

const NOBODY = 65_534;
const SETPRIV = '/usr/bin/setpriv';
const AS_NOBODY = ['--reuid', String(NOBODY), '--regid', String(NOBODY), '--clear-groups'];
const lacking = whyNot();

/** Why a test can't be another user; empty when it can. */
function whyNot(): string {
  if (process.getuid?.() !== 0 || !existsSync(SETPRIV)) return ' [only root can be another user, with setpriv]';
  return spawnSync(SETPRIV, [...AS_NOBODY, process.execPath, CLI, '--version']).status === 0 ? '' : ' [other users can’t read this checkout]';
}

async function workspaceWithModel() {
  const workspace = await createWorkspace();
  onTestFinished(() => workspace.remove());
  const hub = await startHub({ models: [{ repository: 'acme/model', versions: new Map([['v1', snapshotOf({ 'model.gguf': 'GGUF' })]]) }] });
  onTestFinished(() => hub.close());
  await workspace.ilab(['model', 'download', `${hub.host}/acme/model:v1`]);
  return { workspace, hub };
}

describe('ilab doctor', () => {
  it('ends with 0 when nothing is wrong, in text and JSON', async () => {
    const { workspace, hub } = await workspaceWithModel();
    const text = await workspace.ilab(['doctor']);
    expect(text).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining(`registry ${hub.host}: It answers.`) });
    const { code, stdout } = await workspace.ilab(['doctor', '--json']);
    expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: 0, ok: true, result: { healthy: true, exitCode: 0, findings: expect.any(Array) } });
  });

  it('ends with the exit code of what is wrong, the same with --json', async () => {
    const { workspace } = await workspaceWithModel();
    mkdirSync(join(storeOf(workspace), 'registry.example/broken/@sha256-0a'), { recursive: true });
    writeFileSync(join(storeOf(workspace), 'registry.example/broken/@sha256-0a/.metadata'), '{');
    const { code, stdout } = await workspace.ilab(['doctor', '--quiet']);
    expect({ code, stdout }).toEqual({ code: 8, stdout: expect.stringMatching(/^problem {2}models: 1 broken/m) });
    expect(await workspace.ilab(['doctor', '--json'])).toMatchObject({ code: 8, stdout: expect.stringContaining('"healthy": false') });
  });

  it('sends nothing with --offline', async () => {
    const { workspace, hub } = await workspaceWithModel();
    const before = hub.requests.length;
    expect(await workspace.ilab(['doctor', '--offline'])).toMatchObject({ code: 0, stdout: expect.stringContaining('being offline') });
    expect(hub.requests.length).toBe(before);
  });

  it('shows no part of a token', async () => {
    const { workspace } = await workspaceWithModel();
    const secret = 'hf_DoNotShowThisToAnybody';
    mkdirSync(join(workspace.home, '.docker'));
    writeFileSync(
      join(workspace.home, '.docker/config.json'),
      JSON.stringify({ auths: { 'quay.io': { auth: Buffer.from(`u:${secret}`).toString('base64') } } }),
    );
    chmodSync(join(workspace.home, '.docker/config.json'), 0o600);
    for (const flags of [[], ['--json']]) {
      const { stdout, stderr } = await workspace.ilab(['doctor', ...flags], { env: { HF_TOKEN: secret, ILAB_DEBUG: '1' } });
      expect(stdout).toContain('HF_TOKEN');
      expect(stdout).toContain('quay.io');
      expect(stdout + stderr).not.toMatch(/DoNot|Anybody|dTpoZl/);
    }
  });

  it.skipIf(lacking)(`names the part of a path that this user may not pass${lacking}`, async () => {
    const directory = mkdtempSync(join(tmpdir(), 'ilab-e2e-'));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const models = join(directory, 'closed', 'models');
    mkdirSync(models, { recursive: true });
    mkdirSync(join(directory, 'home'));
    chmodSync(directory, 0o755);
    chmodSync(join(directory, 'closed'), 0o700);
    chownSync(join(directory, 'home'), NOBODY, NOBODY);
    const env = { PATH: process.env['PATH'], HOME: join(directory, 'home') };
    const { code, stdout } = await run(SETPRIV, [...AS_NOBODY, process.execPath, CLI, 'doctor', '--offline', '--quiet', '--store', models], { env });
    const problems = stdout.split('\n').filter((line) => line.startsWith('problem'));
    expect({ code, problems }).toEqual({ code: 8, problems: [expect.stringContaining(`no permission on ${join(directory, 'closed')}.`)] });
  });
});
