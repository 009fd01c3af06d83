import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLI } from '@ilab/e2e';
import { readModels, snapshotOf, startHub } from '@ilab/hub';
import { createIlab } from '@ilab/sdk';
import { measure, median } from './measure.ts';

const ROUNDS = 21;
const SNAPSHOTS = 100;

/** Start-up of the built command line against an empty Node, interleaved so that noise falls on all alike. */
export async function benchStartup(): Promise<readonly string[]> {
  const home = await mkdtemp(join(tmpdir(), 'ilab-bench-'));
  try {
    await fill(home);
    const env = { PATH: process.env['PATH'], HOME: home };
    const commands = { 'node -e 0': ['-e', '0'], 'ilab --version': [CLI, '--version'], [`ilab model list (${SNAPSHOTS} snapshots)`]: [CLI, 'model', 'list'] };
    const times = new Map<string, number[]>(Object.keys(commands).map((name) => [name, []]));
    for (let round = 0; round <= ROUNDS; round++) {
      for (const [name, args] of Object.entries(commands)) {
        const { seconds } = await measure(process.execPath, args, env);
        // The first round fills the compile cache.
        if (round > 0) times.get(name)?.push(seconds);
      }
    }
    const base = median(times.get('node -e 0') ?? []);
    return [...times].map(
      ([name, values]) => `${name.padEnd(36)} ${(median(values) * 1000).toFixed(0).padStart(5)} ms  ${(median(values) / base).toFixed(2).padStart(5)} ×`,
    );
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

async function fill(home: string): Promise<void> {
  const versions = new Map(
    Array.from({ length: SNAPSHOTS }, (_, index) => [
      `v${index}`,
      snapshotOf({ 'config.json': `{"index": ${index}}`, 'model.safetensors': `weights ${index}` }),
    ]),
  );
  const hub = await startHub({ models: [{ repository: 'acme/many', versions }, ...(await readModels(home).catch(() => []))] });
  const ilab = await createIlab({ home, cwd: home, env: {} });
  for (const version of versions.keys()) await ilab.models.download({ reference: `${hub.host}/acme/many:${version}` });
  await ilab.close();
  await hub.close();
}
