import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Hub, snapshotOf, startHub } from '@ilab/hub';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { arrivedBytes, CLI, createWorkspace, storeOf, type Workspace } from '../src/index.ts';

const SIZE = 64 * 1024 * 1024;

/** A download that is ended from outside goes on where it stopped, and shows nothing before it is whole. */
describe('a download that is ended', () => {
  let hub: Hub;
  let workspace: Workspace;
  const weights = randomBytes(SIZE);

  beforeEach(async () => {
    hub = await startHub({ models: [{ repository: 'acme/big', versions: new Map([['v1', snapshotOf({ 'model.gguf': weights })]]) }] });
    workspace = await createWorkspace();
  });
  afterEach(async () => {
    await hub.close();
    await workspace.remove();
  });

  /** Starts a download that gets stuck at half, ends it, and says how it went. */
  async function endAtHalf(signal: NodeJS.Signals): Promise<{ code: number | null; milliseconds: number; stderr: string }> {
    hub.faults.add({ on: '/blobs/', kind: 'stall', at: SIZE / 2, times: 100 });
    const child = spawn(process.execPath, [CLI, 'model', 'download', `${hub.host}/acme/big:v1`], { env: workspace.env, stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    while (!hub.requests.some(({ url }) => url.includes('/blobs/'))) await sleep(20);
    // The last bytes wait for more in memory.
    while (arrivedBytes(storeOf(workspace)) < SIZE * 0.48) await sleep(20);
    // The journal is a quarter of a second behind.
    await sleep(700);
    const started = performance.now();
    child.kill(signal);
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    hub.faults.clear();
    return { code, milliseconds: performance.now() - started, stderr };
  }

  it('by kill -9: the next one fetches less than 55 % again', async () => {
    await endAtHalf('SIGKILL');
    const { stdout } = await workspace.ilab(['model', 'list', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ result: { models: [], broken: [] } });
    const again = await workspace.ilab(['model', 'download', `${hub.host}/acme/big:v1`, '--json']);
    const { result } = JSON.parse(again.stdout) as { result: [{ fetched: number; bytes: number }] };
    expect(result[0].bytes).toBe(SIZE);
    expect(result[0].fetched).toBeGreaterThan(0);
    expect(result[0].fetched).toBeLessThan(SIZE * 0.55);
  });

  it('by Ctrl-C: promptly, with exit code 130 and a word on what to do', async () => {
    const { code, milliseconds, stderr } = await endAtHalf('SIGINT');
    expect(code).toBe(130);
    // Silence alone ends it after half a minute.
    expect(milliseconds).toBeLessThan(10_000);
    expect(stderr).toContain('run the same command again');
    const again = await workspace.ilab(['model', 'download', `${hub.host}/acme/big:v1`, '--json']);
    const { result } = JSON.parse(again.stdout) as { result: [{ fetched: number }] };
    expect(result[0].fetched).toBeLessThan(SIZE * 0.55);
  });

  it('by SIGTERM: nothing is listed', async () => {
    expect(await endAtHalf('SIGTERM')).toMatchObject({ code: 130 });
    expect((await workspace.ilab(['model', 'list'])).stdout).toContain('No models are here');
  });
});
