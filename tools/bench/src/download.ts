import { mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomFillSync } from 'node:crypto';
import { CLI, findProgram, mustRun, type RealServer, startDockerRegistry } from '@ilab/e2e';
import { type Measured, measure, median } from './measure.ts';

const SIZE = 2 * 1024 ** 3;
const ROUNDS = 11;
const CHUNK = 16 * 1024 * 1024;

/** A model of 2 GiB from Debian's docker-registry: ilab, which verifies and syncs, against curl, which does neither. */
export async function benchDownload(): Promise<readonly string[]> {
  const directory = await mkdtemp(join(process.env['ILAB_BENCH_DIR'] ?? tmpdir(), 'ilab-bench-'));
  const server = await startDockerRegistry({ directory });
  try {
    const url = await pushLargeModel(server, directory);
    return await compare(url, { server, directory });
  } finally {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

async function compare(url: string, { server, directory }: { readonly server: RealServer; readonly directory: string }): Promise<readonly string[]> {
  const file = join(directory, 'curl.bin');
  const rows: Record<string, Measured[]> = { 'curl -o': [], 'curl -o, then openssl dgst -sha256': [], 'ilab model download': [] };
  // What the server reads first comes from the disk, afterwards from memory: nobody is to pay for all.
  await measure('curl', ['-sS', '-o', file, url]);
  for (let round = 0; round < ROUNDS; round++) {
    await rm(file, { force: true });
    await settle();
    const curl = await measure('curl', ['-sS', '-o', file, url]);
    rows['curl -o']?.push(curl);
    const hash = await measure('openssl', ['dgst', '-sha256', file]);
    rows['curl -o, then openssl dgst -sha256']?.push({ ...curl, seconds: curl.seconds + hash.seconds });
    await rm(file, { force: true });
    const home = join(directory, `home-${round}`);
    await mkdir(home);
    await settle();
    rows['ilab model download']?.push(
      await measure(process.execPath, [CLI, 'model', 'download', `${server.host}/acme/big:v1`], { PATH: process.env['PATH'], HOME: home }),
    );
    await rm(home, { recursive: true });
  }
  const speed = (name: string): number => SIZE / 1e9 / median((rows[name] ?? []).map(({ seconds }) => seconds));
  return Object.entries(rows).map(([name, measured]) => {
    const range = measured.map(({ seconds }) => seconds.toFixed(1)).join(' ');
    const peak = Math.max(...measured.map((one) => one.peak)).toFixed(0);
    const ratio = (speed('ilab model download') / speed(name)).toFixed(2);
    return `${name.padEnd(36)} ${speed(name).toFixed(2)} GB/s  (${range} s)  ${peak.padStart(4)} MiB  ilab is ${ratio} × of it`;
  });
}

/** What was written and removed before is on the disk, or gone from it: nobody is to pay for another's. */
function settle(): Promise<unknown> {
  return mustRun('sync', [], { env: process.env });
}

/** @returns the address of the blob */
async function pushLargeModel({ host }: RealServer, directory: string): Promise<string> {
  const path = join(directory, 'model.gguf');
  const handle = await open(path, 'w');
  const chunk = Buffer.alloc(CHUNK);
  for (let written = 0; written < SIZE; written += CHUNK) await handle.write(randomFillSync(chunk));
  await handle.close();
  const oras = findProgram('oras');
  if (oras === undefined) throw new Error('oras is not installed: see tools/install-test-tools.sh');
  await mustRun(
    oras,
    ['push', '--plain-http', '--artifact-type', 'application/vnd.example.model', `${host}/acme/big:v1`, 'model.gguf:application/octet-stream'],
    {
      cwd: directory,
      env: process.env,
    },
  );
  await rm(path);
  const manifest = (await (
    await fetch(`http://${host}/v2/acme/big/manifests/v1`, { headers: { accept: 'application/vnd.oci.image.manifest.v1+json' } })
  ).json()) as {
    layers: [{ digest: string }];
  };
  return `http://${host}/v2/acme/big/blobs/${manifest.layers[0].digest}`;
}
