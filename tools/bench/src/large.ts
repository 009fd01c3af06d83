import { randomFillSync } from 'node:crypto';
import { mkdir, mkdtemp, open, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLI, mustRun, type RealServer, startNginx } from '@ilab/e2e';
import { readModel, startHub } from '@ilab/hub';
import { type Measured, measure, median } from './measure.ts';

const GIB = 1024 ** 3;
const ROUNDS = 5;
const CHUNK = 16 * 1024 * 1024;
const CURL_SYNC = 'curl -o, then sync';
const CURL_HASH = 'curl -o, then openssl dgst -sha256';
const ILAB = 'ilab model download';

/** One file of 4 GiB from nginx, over HTTP and over TLS, verified and synced: ilab against curl with either. Then its memory by size. */
export async function benchLarge(): Promise<readonly string[]> {
  const directory = await mkdtemp(join(process.env['ILAB_BENCH_DIR'] ?? tmpdir(), 'ilab-bench-'));
  try {
    const tls = await makeCertificate(directory);
    const four = [];
    for (const [name, secured] of [
      ['HTTP', undefined],
      ['TLS', tls],
    ] as const) {
      four.push(...(await withModel({ directory, size: 4 * GIB, tls: secured }, (scene) => compare(name, scene))));
    }
    const peaks = [];
    for (const size of [GIB, 8 * GIB]) {
      const { peak } = await withModel({ directory, size, tls }, download);
      peaks.push(`${size / GIB} GiB over TLS: ${peak.toFixed(0)} MiB of memory at most`);
    }
    return [...four, ...peaks];
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

type Tls = { readonly key: string; readonly cert: string };
type Scene = { readonly directory: string; readonly size: number; readonly tls: Tls | undefined; readonly url: string; readonly endpoint: string };

/** Serves a model of one file: what it is by our own hub, its bytes by nginx. */
async function withModel<T>({ directory, size, tls }: Pick<Scene, 'directory' | 'size' | 'tls'>, use: (scene: Scene) => Promise<T>): Promise<T> {
  const [model, files] = [join(directory, 'model'), join(directory, 'files', 'blobs')];
  await mkdir(join(model, 'main'), { recursive: true });
  await mkdir(files, { recursive: true });
  const path = join(model, 'main', 'model.safetensors');
  await fill(path, size);
  const repository = await readModel('acme/big', model);
  const sha256 = [...repository.versions.values()][0]?.files.get('model.safetensors')?.sha256 ?? '';
  await symlink(path, join(files, sha256));
  const nginx: RealServer = await startNginx({ directory, folder: join(directory, 'files'), ...(tls && { tls }) });
  const origin = `http${tls ? 's' : ''}://${nginx.host}`;
  const hub = await startHub({ models: [repository], cdnOrigin: origin });
  try {
    if (tls) await writeFile(join(directory, 'config.yaml'), configuration(nginx.host, tls));
    return await use({ directory, size, tls, url: `${origin}/blobs/${sha256}`, endpoint: hub.url });
  } finally {
    await hub.close();
    await nginx.stop();
    await rm(model, { recursive: true });
    await rm(files, { recursive: true });
  }
}

async function compare(protocol: string, scene: Scene): Promise<readonly string[]> {
  const { directory, size, tls, url } = scene;
  const file = join(directory, 'curl.bin');
  const curl = (): Promise<Measured> => measure('curl', ['-sS', ...(tls ? ['--cacert', tls.cert] : []), '-o', file, url]);
  const rows: Record<string, Measured[]> = { [CURL_SYNC]: [], [CURL_HASH]: [], [ILAB]: [] };
  // What is read first comes from the disk, afterwards from memory: nobody is to pay for all.
  await curl();
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, args] of [
      [CURL_SYNC, ['sync', file]],
      [CURL_HASH, ['openssl', 'dgst', '-sha256', file]],
    ] as const) {
      await rm(file, { force: true });
      await settle();
      const fetched = await curl();
      const [program, ...rest] = args;
      const after = await measure(program, rest);
      rows[name]?.push({ ...fetched, seconds: fetched.seconds + after.seconds });
    }
    await rm(file);
    rows[ILAB]?.push(await download(scene));
  }
  const seconds = (name: string): number => median((rows[name] ?? []).map((one) => one.seconds));
  return Object.entries(rows).map(([name, measured]) => {
    const range = measured.map((one) => one.seconds.toFixed(1)).join(' ');
    const peak = Math.max(...measured.map((one) => one.peak)).toFixed(0);
    const speed = (size / 1e9 / seconds(name)).toFixed(2);
    return `${protocol.padEnd(4)} ${name.padEnd(36)} ${speed} GB/s  (${range} s)  ${peak.padStart(4)} MiB  ilab is ${(seconds(name) / seconds(ILAB)).toFixed(2)} × of it`;
  });
}

async function download({ directory, tls, endpoint }: Scene): Promise<Measured> {
  const home = join(directory, 'home');
  await mkdir(join(home, '.config', 'instructlab'), { recursive: true });
  if (tls) await writeFile(join(home, '.config', 'instructlab', 'config.yaml'), await readFile(join(directory, 'config.yaml')));
  await settle();
  const environment = { PATH: process.env['PATH'], HOME: home, HF_ENDPOINT: endpoint };
  const measured = await measure(process.execPath, [CLI, 'model', 'download', 'hf://acme/big'], environment);
  await rm(home, { recursive: true });
  return measured;
}

function configuration(host: string, { cert }: Tls): string {
  return `version: 2.0.0\nmodels:\n  registries:\n    "${host}": { ca: "${cert}" }\n`;
}

/** What was written and removed before is on the disk, or gone from it: nobody is to pay for another's. */
function settle(): Promise<unknown> {
  return mustRun('sync', [], { env: process.env });
}

async function fill(path: string, size: number): Promise<void> {
  const handle = await open(path, 'w');
  const chunk = Buffer.alloc(CHUNK);
  for (let written = 0; written < size; written += CHUNK) await handle.write(randomFillSync(chunk));
  await handle.close();
}

async function makeCertificate(directory: string): Promise<Tls> {
  const tls = { key: join(directory, 'key.pem'), cert: join(directory, 'cert.pem') };
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2'];
  const algorithm = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  await mustRun('openssl', ['req', '-x509', ...algorithm, '-keyout', tls.key, '-out', tls.cert, ...subject], { env: process.env });
  return tls;
}
