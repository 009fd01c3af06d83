import { randomFillSync } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLI } from '@ilab/e2e';
import { type Hub, packChunk, readModel, startHub } from '@ilab/hub';
import { type Measured, measure, median } from './measure.ts';
import { loadXetCodec } from './xet-codec.ts';

const MIB = 1024 * 1024;
const SIZE = 1024 * MIB;
/** One percent, in as many places. */
const PLACES = 16;
const CHANGE = Math.floor(SIZE / 100 / PLACES);
const ROUNDS = 3;
const CHUNK = 64 * 1024;

/** What a second version of a model costs by chunks and by ranges, and how fast one core does the work of it. */
export async function benchXet(): Promise<readonly string[]> {
  return [...(await benchCodec()), ...(await benchSecondVersion())];
}

async function benchCodec(): Promise<readonly string[]> {
  const { unpackChunks, createCutter } = await loadXetCodec();
  const weights = bf16(64 * MIB);
  const packed = Array.from({ length: weights.length / CHUNK }, (_, index) => packChunk(weights.subarray(index * CHUNK, (index + 1) * CHUNK)));
  const grouped = packed.filter((chunk) => chunk[4] === 2);
  const all = Buffer.concat(grouped);
  const size = grouped.length * CHUNK;
  const ratio = all.length / size;
  const unpack = rate(size, () => void unpackChunks(all, { count: grouped.length, size }));
  const cut = rate(weights.length, () => {
    const cutter = createCutter();
    for (let at = 0; at < weights.length; at += 4 * MIB) cutter.push(weights.subarray(at, at + 4 * MIB));
    cutter.end();
  });
  return [
    `unpacking bf16 weights in byte groups by LZ4 (to ${ratio.toFixed(2)}), regrouped and hashed: ${unpack.toFixed(0)} MB per second of a core`,
    `cutting and hashing a file that is here: ${cut.toFixed(0)} MB per second of a core`,
  ];
}

/** MB per second of processor time, the median of some rounds after one that warms up. */
function rate(bytes: number, work: () => void): number {
  work();
  const seconds = Array.from({ length: 5 }, () => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1e6;
  });
  return bytes / 1e6 / median(seconds);
}

/** Numbers around zero in the format that weights have most often. */
function bf16(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  const float = new Float32Array(1);
  const parts = new Uint8Array(float.buffer);
  for (let at = 0; at < size; at += 2) {
    float[0] = Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random()) * 0.02;
    bytes.set(parts.subarray(2), at);
  }
  return bytes;
}

async function benchSecondVersion(): Promise<readonly string[]> {
  const directory = await mkdtemp(join(process.env['ILAB_BENCH_DIR'] ?? tmpdir(), 'ilab-bench-'));
  try {
    await makeVersions(join(directory, 'model'));
    const hub = await startHub({ xet: true, models: [await readModel('acme/big', join(directory, 'model'))] });
    try {
      return await compare(hub, directory);
    } finally {
      await hub.close();
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function makeVersions(folder: string): Promise<void> {
  const [before, after] = ['v1', 'v2'].map((version) => join(folder, version));
  if (before === undefined || after === undefined) throw new Error('two versions are made');
  for (const version of [before, after]) await mkdir(version, { recursive: true });
  const [from, to] = [join(before, 'model.safetensors'), join(after, 'model.safetensors')];
  const handle = await open(from, 'w');
  for (let written = 0; written < SIZE; written += MIB) await handle.write(randomFillSync(Buffer.alloc(MIB)));
  await handle.close();
  await copyFile(from, to);
  const changed = await open(to, 'r+');
  for (let place = 0; place < PLACES; place++)
    await changed.write(randomFillSync(Buffer.alloc(CHANGE)), 0, CHANGE, Math.floor((SIZE / PLACES) * (place + 0.4)));
  await changed.close();
}

async function compare(hub: Hub, directory: string): Promise<readonly string[]> {
  const rows = new Map<string, (Measured & { readonly fetched: number })[]>([
    ['by chunks (Xet)', []],
    ['by ranges', []],
  ]);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, measured] of rows) {
      const home = join(directory, 'home');
      await mkdir(home);
      const env = { PATH: process.env['PATH'], HOME: home, HF_ENDPOINT: hub.url, ...(name === 'by ranges' && { HF_HUB_DISABLE_XET: '1' }) };
      const download = (version: string) => measure(process.execPath, [CLI, 'model', 'download', `hf://acme/big:${version}`, '--json'], env);
      await download('v1');
      hub.meter.reset();
      measured.push({ ...(await download('v2')), fetched: hub.meter.served() });
      await rm(home, { recursive: true });
    }
  }
  return [`a second version of 1 GiB that changes 1 % in ${PLACES} places, on loopback:`, ...[...rows].map(([name, measured]) => row(name, measured))];
}

function row(name: string, measured: readonly (Measured & { readonly fetched: number })[]): string {
  const seconds = measured.map((one) => one.seconds);
  const share = (Math.max(...measured.map(({ fetched }) => fetched)) / SIZE) * 100;
  const peak = Math.max(...measured.map((one) => one.peak)).toFixed(0);
  return `${name.padEnd(16)} ${share.toFixed(2).padStart(6)} % fetched  ${(SIZE / 1e6 / median(seconds)).toFixed(0).padStart(5)} MB/s  (${seconds.map((one) => one.toFixed(1)).join(' ')} s)  ${peak.padStart(4)} MiB`;
}
