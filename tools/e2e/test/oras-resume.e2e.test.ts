import { createCipheriv, createHash } from 'node:crypto';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRemoteRegistries, type Descriptor } from '@ilab/oras';
import { createHttp } from '@ilab/transfer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PushOrder } from '../src/oci/push-blob.ts';
import { lacking, type RealServer, run, startDistribution, startDockerRegistry, startOlareg } from '../src/index.ts';

const PROGRAM = fileURLToPath(new URL('../src/oci/push-blob.ts', import.meta.url));
const MIB = 1024 * 1024;
/** More than one chunk. */
const SIZE = 300 * MIB;

let home: string;
let file: string;
let descriptor: Descriptor;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'ilab-resume-'));
  file = join(home, 'model');
  descriptor = await writeNoise(file);
});
afterAll(() => rm(home, { recursive: true, force: true }));

/** Bytes that are nowhere the same. */
async function writeNoise(path: string): Promise<Descriptor> {
  const [cipher, hash] = [createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)), createHash('sha256')];
  const handle = await open(path, 'w');
  for (let written = 0; written < SIZE; written += 10 * MIB) {
    const piece = cipher.update(Buffer.alloc(10 * MIB));
    hash.update(piece);
    await handle.write(piece);
  }
  await handle.close();
  return { mediaType: 'application/octet-stream', digest: `sha256:${hash.digest('hex')}`, size: SIZE, annotations: {} };
}

const SERVERS = [
  { name: 'docker-registry', start: startDockerRegistry, resumes: false },
  { name: 'registry', start: startDistribution, resumes: true },
  { name: 'olareg', start: startOlareg, resumes: true },
] as const;

for (const { name, start, resumes } of SERVERS) {
  const reason = lacking(name);
  describe.skipIf(reason !== undefined)(`${name}${reason === undefined ? '' : ` (${reason})`}`, () => {
    let directory: string;
    let server: RealServer;

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'ilab-resume-'));
      server = await start({ directory });
    });
    afterAll(async () => {
      await server?.stop();
      await rm(directory, { recursive: true, force: true });
    });

    it(resumes ? 'goes on with what a killed process sent' : 'begins anew after a killed process, and says so', { timeout: 120_000 }, async () => {
      const order: PushOrder = { host: server.host, repository: 'acme/model', file, descriptor, sessions: join(directory, 'sessions.json') };
      const push = (dieAt?: number) =>
        run(process.execPath, ['--conditions=@ilab/source', PROGRAM, JSON.stringify({ ...order, ...(dieAt !== undefined && { dieAt }) })], {
          env: process.env,
        });
      expect((await push(SIZE / 2)).code).not.toBe(0);
      const { code, stdout, stderr } = await push();
      expect(code, stderr).toBe(0);
      const { sent, restarts } = JSON.parse(stdout) as { sent: number; restarts: number };
      if (resumes) expect({ restarts, isLittle: sent <= 0.55 * SIZE }).toEqual({ restarts: 0, isLittle: true });
      else expect({ restarts, sent }).toEqual({ restarts: 1, sent: SIZE });

      const http = createHttp({ userAgent: 'test', env: {} });
      const remote = await createRemoteRegistries({ http, credentials: { find: async () => undefined } }).repository(order, {});
      let size = 0;
      for await (const piece of remote.fetch(descriptor, {})) size += piece.length;
      expect(size).toBe(SIZE);
      await http.close();
    });
  });
}
