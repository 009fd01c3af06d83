import { randomFillSync } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLI, findProgram } from '@ilab/e2e';
import { readModels, startHub } from '@ilab/hub';
import { createIlab } from '@ilab/sdk';
import { measure, median } from './measure.ts';

const FILES = 16;
const FILE = 128 * 1024 ** 2;
const SIZE = FILES * FILE;
const ROUNDS = 3;

/** A model of 2 GiB: verified by ilab, start-up and all, against `openssl dgst -sha256` of the same files, on one core and on all of them. */
export async function benchVerify(): Promise<readonly string[]> {
  if (findProgram('taskset') === undefined) return ['taskset is not here: it tells how many cores a program has (Linux)'];
  const directory = await mkdtemp(join(process.env['ILAB_BENCH_DIR'] ?? tmpdir(), 'ilab-bench-'));
  try {
    const files = await fill(directory);
    return [...(await compare('warm', { directory, files })), ...(await compare('cold', { directory, files }))];
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

type Model = { readonly directory: string; readonly files: readonly string[] };

/** Seconds of the clock, and those that processors were at it, all cores together. */
type Spent = { readonly wall: number; readonly cpu: number };

async function compare(heat: 'warm' | 'cold', model: Model): Promise<readonly string[]> {
  const cores = availableParallelism();
  const runs = [...new Set([1, cores])].flatMap((count) => (['openssl', 'ilab'] as const).map((name) => ({ name, count, spent: [] as Spent[] })));
  // Reading once brings everything into memory.
  if (heat === 'warm') await measure('openssl', ['dgst', '-sha256', ...model.files]);
  for (let round = 0; round < ROUNDS; round++) {
    for (const { name, count, spent } of runs) {
      if (heat === 'cold') await forget(model.files);
      spent.push(await spend(name === 'ilab' ? [process.execPath, CLI, 'model', 'verify', '--all'] : openssl(model.files, count), { count, model }));
    }
  }
  const speed = (run: (typeof runs)[number], of: keyof Spent): number => SIZE / 1e9 / median(run.spent.map((one) => one[of]));
  return runs.map((run) => {
    const other = runs.find(({ name, count }) => name === 'openssl' && count === run.count) ?? run;
    const one = runs.find(({ name, count }) => name === run.name && count === 1) ?? run;
    const ratio = (of: keyof Spent): string => (speed(run, of) / speed(other, of)).toFixed(2);
    const [scale, seconds] = [speed(run, 'wall') / speed(one, 'wall'), run.spent.map(({ wall }) => wall.toFixed(1)).join(' ')];
    return [
      `${heat}, ${run.name} on ${run.count}`.padEnd(20),
      `${speed(run, 'wall').toFixed(2)} GB/s (${seconds} s; ${scale.toFixed(2)} × one core)`,
      `${speed(run, 'cpu').toFixed(2)} GB per second of a core`,
      ...(run.name === 'ilab' ? [`${ratio('wall')} × of openssl by the clock, ${ratio('cpu')} × per core`] : []),
    ].join('  ');
  });
}

/** Runs a program on so many cores; the shell says what it took (POSIX, “times”). */
async function spend(program: readonly string[], { count, model }: { readonly count: number; readonly model: Model }): Promise<Spent> {
  const env = { PATH: process.env['PATH'], HOME: model.directory };
  const { seconds, stdout } = await measure('taskset', ['--cpu-list', `0-${count - 1}`, 'sh', '-c', '"$@" >&2 && times', 'sh', ...program], env);
  const children = stdout.trim().split('\n').at(-1) ?? '';
  const cpu = [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, minutes, rest]) => sum + Number(minutes) * 60 + Number(rest), 0);
  return { wall: seconds, cpu };
}

/** Asks the system to forget what it has read (posix_fadvise(2), POSIX_FADV_DONTNEED). */
async function forget(files: readonly string[]): Promise<void> {
  for (const file of files) await measure('dd', [`of=${file}`, 'oflag=nocache', 'conv=notrunc,fdatasync', 'count=0', 'status=none']);
}

/** A process per core, each with its share of the files. */
function openssl(files: readonly string[], count: number): readonly string[] {
  const quoted = files.map((file) => `'${file}'`).join(' ');
  return ['sh', '-c', `printf '%s\\0' ${quoted} | xargs -0 -n ${Math.ceil(files.length / count)} -P ${count} openssl dgst -sha256`];
}

/** Downloads a model of random bytes. @returns the files of its snapshot */
async function fill(directory: string): Promise<readonly string[]> {
  const folder = join(directory, 'models', 'acme', 'big', 'v1');
  await mkdir(folder, { recursive: true });
  const chunk = Buffer.alloc(FILE);
  for (let index = 0; index < FILES; index++) await writeFile(join(folder, `model-${index}.safetensors`), randomFillSync(chunk));
  const hub = await startHub({ models: await readModels(join(directory, 'models')) });
  await using ilab = await createIlab({ home: directory, cwd: directory, env: {} });
  const { path } = await ilab.models.download({ reference: `${hub.host}/acme/big:v1` });
  await hub.close();
  await rm(join(directory, 'models'), { recursive: true });
  return (await readdir(path)).filter((name) => name.startsWith('model')).map((name) => join(path, name));
}
