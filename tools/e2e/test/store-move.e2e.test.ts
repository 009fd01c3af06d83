import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Hub, snapshotOf, startHub } from '@ilab/hub';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CLI, createWorkspace, storeOf, type Workspace } from '../src/index.ts';

const MEMORY = '/dev/shm';
const noOtherDevice = existsSync(MEMORY) && statSync(MEMORY).dev !== statSync(tmpdir()).dev ? '' : ` [no second file system at ${MEMORY}]`;
const full = process.env['ILAB_TEST_FULL'] === '1';

describe('ilab store move', () => {
  let hub: Hub;
  let workspace: Workspace;
  let elsewhere: string;
  const weights = randomBytes(48 * 1024 * 1024);

  beforeEach(async () => {
    const versions = new Map([
      ['v1', snapshotOf({ 'config.json': '{}', 'model.gguf': weights })],
      ['v2', snapshotOf({ 'config.json': '{"v": 2}', 'model.gguf': weights })],
    ]);
    hub = await startHub({ models: [{ repository: 'acme/big', versions }] });
    workspace = await createWorkspace();
    elsewhere = await mkdtemp(join(noOtherDevice === '' ? MEMORY : tmpdir(), 'ilab-e2e-'));
    for (const version of ['v1', 'v2']) await workspace.ilab(['model', 'download', `${hub.host}/acme/big:${version}`]);
  });
  afterEach(async () => {
    await hub.close();
    await workspace.remove();
    await rm(elsewhere, { recursive: true, force: true });
  });

  /** Both versions are whole where the configuration says, and share their weights. */
  async function expectWhole(to: string): Promise<void> {
    expect((await workspace.ilab(['store', 'path'])).stdout.trim()).toBe(to);
    expect(existsSync(storeOf(workspace))).toBe(false);
    const paths = await Promise.all(['v1', 'v2'].map(async (version) => (await workspace.ilab(['model', 'path', `big:${version}`])).stdout.trim()));
    for (const path of paths) expect(path.startsWith(to) && readFileSync(path).equals(weights)).toBe(true);
    expect(new Set(paths.map((path) => statSync(path).ino)).size).toBe(1);
    expect(readdirSync(join(to, '.store'))).not.toContain('move.json');
  }

  it('by rename: one step, and the configuration follows', async () => {
    const to = join(workspace.home, 'new');
    const { code, stdout, stderr } = await workspace.ilab(['store', 'move', 'new', '--yes']);
    expect({ code, stdout: stdout.trim(), stderr }).toMatchObject({ code: 0, stdout: to, stderr: expect.stringContaining('models.dir') });
    await expectWhole(to);
  });

  it('asks first, and without anybody there does nothing', async () => {
    expect(await workspace.ilab(['store', 'move', 'new'])).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') });
    const { stdout } = await workspace.ilab(['store', 'move', 'new', '--dry-run', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, result: { moved: false, way: 'rename', files: 10 } });
    expect(existsSync(join(workspace.home, 'new'))).toBe(false);
  });

  it.skipIf(noOtherDevice !== '')(`by copy, killed again and again: goes on and loses nothing${noOtherDevice}`, async () => {
    const to = join(elsewhere, 'models');
    const args = [CLI, 'store', 'move', to, '--yes'];
    for (let round = 0; round < (full ? 40 : 4); round++) {
      const child = spawn(process.execPath, args, { env: workspace.env, cwd: workspace.home, stdio: 'ignore' });
      const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
      await sleep(150 + Math.random() * 250);
      child.kill('SIGKILL');
      if ((await ended) === 0) break;
      // Wherever the configuration points to, everything is there.
      for (const version of ['v1', 'v2']) {
        const { stdout } = await workspace.ilab(['model', 'path', `big:${version}`, '--pull', 'never']);
        expect(readFileSync(stdout.trim()).equals(weights)).toBe(true);
      }
    }
    if (existsSync(storeOf(workspace)) || existsSync(join(to, '.store/move.json'))) {
      const { code, stderr } = await workspace.ilab(['store', 'move', to, '--yes']);
      expect({ code, stderr }).toMatchObject({ code: 0 });
    }
    await expectWhole(to);
  });

  it('refuses while a download is under way', async () => {
    hub.faults.add({ on: '/blobs/', kind: 'stall', at: 1024 * 1024, times: 100 });
    const child = spawn(process.execPath, [CLI, 'model', 'download', `${hub.host}/acme/big:v1`, '--force'], { env: workspace.env, stdio: 'ignore' });
    const leases = join(storeOf(workspace), '.store/leases');
    while (!readdirSync(leases).some((entry) => entry.endsWith('.by'))) await sleep(20);
    expect(await workspace.ilab(['store', 'move', 'new', '--yes'])).toMatchObject({ code: 10 });
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('close', resolve));
    hub.faults.clear();
    expect(await workspace.ilab(['store', 'move', 'new', '--yes'])).toMatchObject({ code: 0 });
  });
});
