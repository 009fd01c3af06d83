import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CLI, findProgram, mustRun, type RealServer, startDistribution, startDockerRegistry } from '@ilab/e2e';
import { comparison, type Measured, measure } from './measure.ts';
import { fillFolder, programOf, SIZE, sizesOf, startRegistry } from './oci-model.ts';

const ROUNDS = 5;
const FILES = 20;
const ILAB = 'ilab model upload';

type Pusher = (reference: string, home: string) => Promise<Measured>;

/** Pushes to an OCI registry: the same files by ilab and by `oras push`, in turn; then after a kill. */
export async function benchPush(): Promise<readonly string[]> {
  const directory = await mkdtemp(join(process.env['ILAB_BENCH_DIR'] ?? tmpdir(), 'ilab-bench-'));
  try {
    const many = join(directory, 'many');
    const names = await fillFolder(many, sizesOf(FILES, SIZE));
    const compared = await sameFiles(directory, { many, names });
    const one = join(directory, 'one');
    await fillFolder(one, [SIZE]);
    const killed: string[] = [];
    for (const [registry, start] of Object.entries({ 'distribution 3': startDistribution, 'docker-registry': startDockerRegistry })) {
      if (start === startDistribution && !findProgram('registry')) continue;
      for (const [what, folder] of Object.entries({ [`${FILES} files`]: many, 'one layer': one })) {
        killed.push(`${registry}, ${what}: ${await killedAtHalf(directory, { start, folder })}`);
      }
    }
    return [...compared, ...killed];
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function upload(folder: string, reference: string): readonly string[] {
  return [CLI, 'model', 'upload', '--model', folder, '--force', '--destination', reference, '--json'];
}

/** Into another repository every time, and with nothing remembered: nobody is spared a byte. */
async function sameFiles(directory: string, { many, names }: { readonly many: string; readonly names: readonly string[] }): Promise<readonly string[]> {
  const oras = programOf('oras');
  const layers = names.map((name) => `${name}:application/octet-stream`);
  const push: Readonly<Record<string, Pusher>> = {
    [ILAB]: (reference, home) => measure(process.execPath, upload(many, reference), { PATH: process.env['PATH'], HOME: home }),
    'oras push': (reference, home) =>
      measure('sh', ['-c', 'cd "$0" && exec "$@"', many, oras, 'push', '--plain-http', '--artifact-type', 'application/vnd.example', reference, ...layers], {
        PATH: process.env['PATH'],
        HOME: home,
      }),
  };
  const rows = new Map<string, readonly Measured[]>();
  await withRegistry(directory, startRegistry, async (server) => {
    for (let round = 0; round <= ROUNDS; round++) {
      for (const [index, [name, run]] of Object.entries(push).entries()) {
        const home = join(directory, 'home');
        await mkdir(home);
        // What was written before is on the disk: nobody is to pay for another's.
        await mustRun('sync', [], { env: process.env });
        const pushed = await run(`${server.host}/acme/push-${round}-${index}:v1`, home);
        if (round > 0) rows.set(name, [...(rows.get(name) ?? []), pushed]);
        await rm(home, { recursive: true });
      }
    }
  });
  return [`${FILES} files, ${SIZE / 1024 ** 2} MiB, hashed and pushed`, ...comparison(rows, SIZE)];
}

async function withRegistry<T>(
  directory: string,
  start: (at: string) => Promise<RealServer>,
  work: (server: RealServer, data: string) => Promise<T>,
): Promise<T> {
  const place = join(directory, 'registry');
  await mkdir(place);
  const server = await start(place);
  try {
    return await work(server, join(place, 'data'));
  } finally {
    await server.stop();
    await rm(place, { recursive: true });
  }
}

async function killedAtHalf(directory: string, { start, folder }: { readonly start: typeof startDistribution; readonly folder: string }): Promise<string> {
  const home = join(directory, 'home');
  await mkdir(home);
  const env = { PATH: process.env['PATH'], HOME: home };
  return withRegistry(
    directory,
    (place) => start({ directory: place }),
    async ({ host }, data) => {
      const args = upload(folder, `${host}/acme/killed:v1`);
      const child = spawn(process.execPath, args, { env, stdio: 'ignore' });
      while ((await bytesBelow(data)) < SIZE / 2) await sleep(20);
      child.kill('SIGKILL');
      await new Promise((resolve) => child.once('close', resolve));
      const { stdout } = await measure(process.execPath, args, env);
      const { result, warnings } = JSON.parse(stdout) as { readonly result: { readonly sent: number }; readonly warnings: readonly unknown[] };
      await rm(home, { recursive: true });
      const told = warnings.length > 0 ? ', and it said so' : '';
      return `killed at half, run again: ${((result.sent / SIZE) * 100).toFixed(1)} % sent again${told}`;
    },
  );
}

/** What a registry has so far, unfinished uploads too. */
async function bytesBelow(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true }).catch(() => []);
  const sizes = await Promise.all(
    entries.map(async (entry) =>
      stat(join(directory, entry)).then(
        (stats) => (stats.isFile() ? stats.size : 0),
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
