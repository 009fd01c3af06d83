import { spawn } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CLI } from '@ilab/e2e';
import { readModels, startHub } from '@ilab/hub';
import { measure } from './measure.ts';

const SIZE = 1024 ** 3;

/** Killed at half, and run again: how much is fetched again. */
export async function benchResume(): Promise<readonly string[]> {
  const directory = await mkdtemp(join(tmpdir(), 'ilab-bench-'));
  const folder = join(directory, 'models', 'acme', 'big', 'v1');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'model.gguf'), randomFillSync(Buffer.alloc(SIZE)));
  const hub = await startHub({ models: await readModels(join(directory, 'models')) });
  const env = { PATH: process.env['PATH'], HOME: directory };
  const args = [CLI, 'model', 'download', `${hub.host}/acme/big:v1`, '--json'];
  try {
    hub.faults.add({ on: '/blobs/', kind: 'stall', at: SIZE / 2, times: 1000 });
    const child = spawn(process.execPath, args, { env, stdio: 'ignore' });
    await sleep(5000);
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('close', resolve));
    hub.faults.clear();
    const { stdout } = await measure(process.execPath, args, env);
    const { result } = JSON.parse(stdout) as { result: [{ fetched: number }] };
    return [`killed at 50 %, run again: ${((result[0].fetched / SIZE) * 100).toFixed(1)} % fetched again`];
  } finally {
    await hub.close();
    await rm(directory, { recursive: true, force: true });
  }
}
