import { fork } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CLI, findProgram, findPython } from '@ilab/e2e';
import { type Hub, readModel, startHub } from '@ilab/hub';
import { type Measured, measure, median } from './measure.ts';
import type { ThrottleOrder } from './throttle.ts';

const MIB = 1024 * 1024;
/** 8 files, 1 GiB, one of them half of it. */
const SIZES = [512, 73, 73, 73, 73, 73, 73, 74].map((size) => size * MIB);
const TOTAL = SIZES.reduce((sum, size) => sum + size, 0);
const RATE = 8_000_000;
const DELAY = 30;
/** Those that take minutes take them every time. */
const ROUNDS = { quick: 3, slow: 1 };

/** A repository of a Hub behind a line that limits each connection: ilab against the official clients and aria2. */
export async function benchHub(): Promise<readonly string[]> {
  const directory = await mkdtemp(join(process.env['ILAB_BENCH_DIR'] ?? tmpdir(), 'ilab-bench-'));
  const throttle = fork(fileURLToPath(new URL('throttle.ts', import.meta.url)), { execArgv: process.execArgv });
  const [hubPort = 0, cdnPort = 0] = await message<readonly number[]>(throttle);
  const hub = await startHub({ models: [await makeModel(directory)], cdnOrigin: `http://127.0.0.1:${cdnPort}` });
  try {
    throttle.send({ targets: [Number(new URL(hub.url).port), hub.cdnPort], bytesPerSecond: RATE, delay: DELAY } satisfies ThrottleOrder);
    await message(throttle);
    return await compare({ endpoint: `http://127.0.0.1:${hubPort}`, directory, hub });
  } finally {
    throttle.disconnect();
    await hub.close();
    await rm(directory, { recursive: true, force: true });
  }
}

function message<T>(child: ReturnType<typeof fork>): Promise<T> {
  return new Promise((resolve, reject) => {
    child.once('message', (said) => resolve(said as T));
    child.once('exit', (code) => reject(new Error(`the proxy ended with ${code}`)));
  });
}

async function makeModel(directory: string) {
  const folder = join(directory, 'model', 'main');
  await mkdir(folder, { recursive: true });
  for (const [index, size] of SIZES.entries()) {
    const handle = await open(join(folder, `model-0000${index + 1}-of-00008.safetensors`), 'w');
    for (let written = 0; written < size; written += MIB) await handle.write(randomFillSync(Buffer.alloc(MIB)));
    await handle.close();
  }
  return readModel('acme/big', join(directory, 'model'));
}

type Scene = { readonly endpoint: string; readonly directory: string; readonly hub: Hub };
type Runner = (home: string) => Promise<Measured>;

async function compare({ endpoint, directory }: Scene): Promise<readonly string[]> {
  const rows = new Map<string, Measured[]>();
  const runners: Readonly<Record<string, Runner | undefined>> = {
    'ilab model download': (home) => measure(process.execPath, [CLI, 'model', 'download', 'hf://acme/big'], environment(home, endpoint)),
    'huggingface_hub (Python)': python(endpoint),
    '@huggingface/hub': (home) => measure(process.execPath, ['-e', SNAPSHOT, endpoint, home], environment(home, endpoint)),
    'aria2c -x16 -s16': await aria(endpoint),
  };
  for (let round = 0; round < ROUNDS.quick; round++) {
    for (const [name, run] of Object.entries(runners)) {
      if (!run || (name.includes('huggingface') && round >= ROUNDS.slow)) continue;
      const home = join(directory, 'home');
      await mkdir(home);
      rows.set(name, [...(rows.get(name) ?? []), await run(home)]);
      await rm(home, { recursive: true });
    }
  }
  const limit = await limitOf(endpoint);
  const own = median((rows.get('ilab model download') ?? []).map(({ seconds }) => seconds));
  return [
    `1 GiB in 8 files; each connection ${RATE / 1e6} MB/s and ${DELAY} ms late; the proxy itself passes ${limit.toFixed(0)} MB/s over 64 connections`,
    ...Object.entries(runners).map(([name, run]) => (run ? row(name, rows.get(name) ?? [], own) : `${name.padEnd(26)} not installed here`)),
  ];
}

function row(name: string, measured: readonly Measured[], own: number): string {
  const seconds = median(measured.map((one) => one.seconds));
  const range = measured.map((one) => one.seconds.toFixed(1)).join(' ');
  const peak = Math.max(...measured.map((one) => one.peak)).toFixed(0);
  return `${name.padEnd(26)} ${(TOTAL / 1e6 / seconds).toFixed(0).padStart(4)} MB/s  (${range} s)  ${peak.padStart(4)} MiB  ilab is ${(seconds / own).toFixed(2)} × as fast`;
}

function environment(home: string, endpoint: string): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], HOME: home, HF_ENDPOINT: endpoint, HF_HUB_DISABLE_XET: '1', HF_HUB_DISABLE_PROGRESS_BARS: '1' };
}

function python(endpoint: string): Runner | undefined {
  const interpreter = findPython();
  if (interpreter === undefined) return undefined;
  return (home) => measure(interpreter, ['-c', 'from huggingface_hub import snapshot_download; snapshot_download("acme/big")'], environment(home, endpoint));
}

const HUB_PACKAGE = import.meta.resolve('@huggingface/hub');
const SNAPSHOT = `import(${JSON.stringify(HUB_PACKAGE)}).then(({ snapshotDownload }) =>
  snapshotDownload({ repo: 'acme/big', hubUrl: process.argv[1], cacheDir: process.argv[2] }))`;

async function aria(endpoint: string): Promise<Runner | undefined> {
  const program = findProgram('aria2c');
  if (program === undefined) return undefined;
  return async (home) => {
    const list = join(home, 'list');
    await writeFile(list, SIZES.map((_, index) => `${endpoint}/acme/big/resolve/main/model-0000${index + 1}-of-00008.safetensors\n out=${index}\n`).join(''));
    return measure(program, ['-q', '-x16', '-s16', '-d', home, '-i', list], environment(home, endpoint));
  };
}

/** What the proxy can pass, in MB/s, whatever the client: many connections that throw away what they get. */
async function limitOf(endpoint: string): Promise<number> {
  const started = performance.now();
  const parts = await Promise.all(
    Array.from({ length: 64 }, async (_, index) => {
      const start = index * 8 * MIB;
      const answer = await fetch(`${endpoint}/acme/big/resolve/main/model-00001-of-00008.safetensors`, {
        headers: { range: `bytes=${start}-${start + 8 * MIB - 1}` },
      });
      return (await answer.arrayBuffer()).byteLength;
    }),
  );
  return parts.reduce((sum, size) => sum + size, 0) / 1e6 / ((performance.now() - started) / 1000);
}
