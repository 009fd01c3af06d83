import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Hub, snapshotOf, startHub } from '@ilab/hub';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CLI, createWorkspace, storeOf, type Workspace } from '../src/index.ts';

const SIZE = 32 * 1024 * 1024;

describe('ilab model download --destination', () => {
  let hub: Hub;
  let workspace: Workspace;
  let reference: string;
  let mine: string;
  const weights = randomBytes(SIZE);

  beforeEach(async () => {
    hub = await startHub({ models: [{ repository: 'acme/big', versions: new Map([['v1', snapshotOf({ 'config.json': '{}', 'model.gguf': weights })]]) }] });
    workspace = await createWorkspace();
    reference = `${hub.host}/acme/big:v1`;
    mine = join(workspace.home, 'mine');
  });
  afterEach(async () => {
    await hub.close();
    await workspace.remove();
  });

  it('puts plain files there, leaves the store alone, and ends with the path', async () => {
    const { code, stdout } = await workspace.ilab(['model', 'download', reference, '--destination', 'mine']);
    expect({ code, last: stdout.trim().split('\n').at(-1) }).toEqual({ code: 0, last: join(mine, 'model.gguf') });
    expect(readdirSync(mine).sort()).toEqual(['config.json', 'model.gguf']);
    expect(readFileSync(join(mine, 'model.gguf')).equals(weights)).toBe(true);
    expect(existsSync(storeOf(workspace))).toBe(false);
    const one = await workspace.ilab(['model', 'download', `${reference}#config.json`, '--destination', 'other']);
    expect(one.stdout.trim()).toBe(join(workspace.home, 'other', 'config.json'));
  });

  it('goes on where a killed one stopped', async () => {
    hub.faults.add({ on: '/blobs/', kind: 'stall', at: SIZE / 2, times: 100 });
    const args = [CLI, 'model', 'download', reference, '--destination', mine];
    const child = spawn(process.execPath, args, { env: workspace.env, stdio: 'ignore' });
    while (!arrived(mine)) await sleep(20);
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('close', resolve));
    hub.faults.clear();
    expect(readdirSync(mine)).not.toContain('model.gguf');
    const again = await workspace.ilab(['model', 'download', reference, '--destination', mine, '--json']);
    const { result } = JSON.parse(again.stdout) as { result: [{ fetched: number }] };
    expect(result[0].fetched).toBeLessThan(SIZE);
    expect(readdirSync(mine).sort()).toEqual(['config.json', 'model.gguf']);
    expect(readFileSync(join(mine, 'model.gguf')).equals(weights)).toBe(true);
  });

  it('fetches nothing of what the store has, and links nothing to it', async () => {
    await workspace.ilab(['model', 'download', reference]);
    const { stdout } = await workspace.ilab(['model', 'download', reference, '--destination', mine, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ result: [{ fetched: 0, linked: SIZE + 2 }] });
    expect(statSync(join(mine, 'model.gguf')).nlink).toBe(1);
  });
});

/** Whether a good part of the weights is on disk, and on record. */
function arrived(mine: string): boolean {
  const staging = join(mine, '.ilab-download');
  if (!existsSync(staging)) return false;
  return readdirSync(staging).some((entry) => entry.startsWith('sha256-') && (statSync(join(staging, entry), { throwIfNoEntry: false })?.size ?? 0) > SIZE / 8);
}
