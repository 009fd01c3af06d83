import { type ChildProcess, fork, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { CLI, mustRun, type RealServer } from '@ilab/e2e';
import { comparison, type Measured, measure } from './measure.ts';
import { programOf, pushFiles, SIZE, sizesOf, startRegistry } from './oci-model.ts';
import type { ThrottleOrder } from './throttle.ts';

const ROUNDS = 5;
const FILES = 20;
/** Bytes a second, of each connection. */
const RATE = 30_000_000;
const ILAB = 'ilab model download';

type Scene = { readonly directory: string; readonly server: RealServer };
/** Brings a model to a fresh directory. */
type Puller = (reference: string, home: string) => Promise<Measured>;

/** Pulls from an OCI registry: against the tools in use, over a line that limits each connection, and after a kill. */
export async function benchOci(): Promise<readonly string[]> {
  const directory = await mkdtemp(join(process.env['ILAB_BENCH_DIR'] ?? tmpdir(), 'ilab-bench-'));
  await mkdir(join(directory, 'registry'));
  const server = await startRegistry(join(directory, 'registry'));
  try {
    for (const [name, files] of Object.entries({ many: FILES, one: 1 })) {
      const source = join(directory, 'source');
      await mkdir(source);
      await pushFiles(`${server.host}/acme/${name}:v1`, { sizes: sizesOf(files, SIZE), directory: source });
      await rm(source, { recursive: true });
    }
    return [...(await sameArtifact({ directory, server })), ...(await behindProxy({ directory, server }))];
  } finally {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

function pullers(): Readonly<Record<string, Puller>> {
  const [oras, skopeo, modctl] = ['oras', 'skopeo', 'modctl'].map(programOf) as [string, string, string];
  const own = (home: string): readonly string[] => ['--no-progress', '--plain-http', '--storage-dir', join(home, 'modctl'), '--log-dir', join(home, 'logs')];
  return {
    [ILAB]: (reference, home) => measure(process.execPath, [CLI, 'model', 'download', reference, '--json'], { PATH: process.env['PATH'], HOME: home }),
    'oras pull': (reference, home) => measure(oras, ['pull', '--plain-http', '-o', home, reference]),
    'skopeo copy': (reference, home) =>
      measure(skopeo, ['--insecure-policy', 'copy', '--src-tls-verify=false', `docker://${reference}`, `oci:${join(home, 'layout')}:v1`]),
    'modctl pull': (reference, home) => measure(modctl, ['pull', ...own(home), reference]),
    'modctl pull --extract-from-remote': (reference, home) =>
      measure(modctl, ['pull', ...own(home), '--extract-from-remote', '--extract-dir', home, reference]),
  };
}

async function sameArtifact(scene: Scene): Promise<readonly string[]> {
  const reference = `${scene.server.host}/acme/many:v1`;
  const rows = await interleave(scene, { reference, pull: pullers(), rounds: ROUNDS });
  return [`${FILES} files, ${SIZE / 1024 ** 2} MiB, all synced`, ...comparison(rows, SIZE)];
}

/**
 * Each tool in turn, round after round, in ever another order: what one leaves behind, in memory and on the disk, is not always for the same to bear.
 * The first round is not counted, for the registry reads from the disk in it.
 */
async function interleave(
  { directory }: Pick<Scene, 'directory'>,
  { reference, pull, rounds }: { readonly reference: string; readonly pull: Readonly<Record<string, Puller>>; readonly rounds: number },
): Promise<ReadonlyMap<string, readonly Measured[]>> {
  const rows = new Map<string, readonly Measured[]>(Object.keys(pull).map((name) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const [name, run] of turned(Object.entries(pull), round)) {
      const home = join(directory, 'home');
      await mkdir(home);
      // What was written and removed before is on the disk, or gone from it: nobody is to pay for another's.
      await mustRun('sync', [], { env: process.env });
      const pulled = await run(reference, home);
      const synced = await measure('sync', ['-f', home]);
      if (round > 0) rows.set(name, [...(rows.get(name) ?? []), { ...pulled, seconds: pulled.seconds + synced.seconds }]);
      await rm(home, { recursive: true });
    }
  }
  return rows;
}

/** Begun at another one each round, and every second round backwards. */
function turned<T>(items: readonly T[], round: number): readonly T[] {
  const begun = round % items.length;
  const order = [...items.slice(begun), ...items.slice(0, begun)];
  return round % 2 === 0 ? order : order.toReversed();
}

async function behindProxy({ directory, server }: Scene): Promise<readonly string[]> {
  const throttle = fork(fileURLToPath(new URL('throttle.ts', import.meta.url)), { execArgv: process.execArgv });
  try {
    const [port] = await message<readonly number[]>(throttle);
    throttle.send({ targets: [Number(new URL(`http://${server.host}`).port)], bytesPerSecond: RATE, delay: 1 } satisfies ThrottleOrder);
    await message(throttle);
    const reference = `127.0.0.1:${port}/acme/one:v1`;
    const { [ILAB]: own, 'oras pull': oras } = pullers();
    if (!own || !oras) throw new Error('there is nothing to compare');
    const rows = await interleave({ directory }, { reference, pull: { [ILAB]: own, 'oras pull': oras }, rounds: 1 });
    return [`one layer of ${SIZE / 1024 ** 2} MiB, each connection ${RATE / 1e6} MB/s`, ...comparison(rows, SIZE), await killedAtHalf(reference, directory)];
  } finally {
    throttle.disconnect();
  }
}

async function killedAtHalf(reference: string, directory: string): Promise<string> {
  const home = join(directory, 'home');
  await mkdir(home);
  const env = { PATH: process.env['PATH'], HOME: home };
  const args = [CLI, 'model', 'download', reference, '--json'];
  const child = spawn(process.execPath, args, { env, stdio: 'ignore' });
  while ((await arrived(home)) < SIZE / 2) await sleep(20);
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('close', resolve));
  const had = (await arrived(home)) / SIZE;
  const { stdout } = await measure(process.execPath, args, env);
  const { result } = JSON.parse(stdout) as { result: [{ fetched: number }] };
  await rm(home, { recursive: true });
  return `killed when ${(had * 100).toFixed(0)} % were there, run again: ${((result[0].fetched / SIZE) * 100).toFixed(1)} % fetched again`;
}

/** Bytes of the partial file, whose holes are no bytes. */
async function arrived(home: string): Promise<number> {
  const ingest = join(home, '.cache', 'instructlab', 'models', '.store', 'ingest');
  const parts = await readdir(ingest).catch(() => []);
  const sizes = await Promise.all(parts.map(async (part) => ((await stat(join(ingest, part)).catch(() => undefined))?.blocks ?? 0) * 512));
  return sizes.reduce((sum, size) => sum + size, 0);
}

function message<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    child.once('message', (said) => resolve(said as T));
    child.once('exit', (code) => reject(new Error(`the proxy ended with ${code}`)));
  });
}
