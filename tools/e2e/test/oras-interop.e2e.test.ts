import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contentOf, createRemoteRegistries, type Descriptor, type RemoteRepository } from '@ilab/oras';
import { createHttp } from '@ilab/transfer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findProgram, lacking, mustRun, type RealServer, startDistribution, startDockerRegistry, startOlareg } from '../src/index.ts';

const http = createHttp({ userAgent: 'test', env: {} });
afterAll(() => http.close());
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const SIGNATURE = 'application/vnd.example.signature';

function described(mediaType: string, bytes: Uint8Array): Descriptor {
  return { mediaType, digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`, size: bytes.length, annotations: {} };
}

const EMPTY = described('application/vnd.oci.empty.v1+json', Buffer.from('{}'));

const SERVERS = [
  { name: 'docker-registry', start: startDockerRegistry },
  { name: 'registry', start: startDistribution },
  { name: 'olareg', start: startOlareg },
] as const;

for (const { name, start } of SERVERS) {
  const reason = lacking(name, 'oras', 'skopeo');
  describe.skipIf(reason !== undefined)(`${name}, oras and skopeo${reason === undefined ? '' : ` (${reason})`}`, () => {
    let directory: string;
    let server: RealServer;
    let repository: RemoteRepository;
    const bytes = randomBytes(100_000);
    const layer: Descriptor = { ...described('application/octet-stream', bytes), annotations: { 'org.opencontainers.image.title': 'model.bin' } };

    /** Odd spaces, so that whoever writes it anew is found out. */
    async function pushArtifact(more: object = {}): Promise<{ readonly descriptor: Descriptor; readonly manifest: Buffer }> {
      const manifest = Buffer.from(
        `${JSON.stringify({ schemaVersion: 2, mediaType: MANIFEST, artifactType: SIGNATURE, config: EMPTY, layers: [layer], ...more }, null, 3)}\n`,
      );
      await repository.push(EMPTY, contentOf(Buffer.from('{}')), {});
      await repository.push(layer, contentOf(bytes), {});
      const descriptor = described(MANIFEST, manifest);
      await repository.push(descriptor, contentOf(manifest), {});
      return { descriptor, manifest };
    }

    const oras = (...args: readonly string[]) => mustRun(findProgram('oras') ?? '', [...args], { cwd: directory, env: process.env });

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'ilab-oras-'));
      server = await start({ directory });
      repository = await createRemoteRegistries({ http, credentials: { find: async () => undefined } }).repository(
        { host: server.host, repository: 'acme/model' },
        {},
      );
    });
    afterAll(async () => {
      await server?.stop();
      await rm(directory, { recursive: true, force: true });
    });

    it('get what we push, byte for byte', async () => {
      const { descriptor, manifest } = await pushArtifact();
      await repository.tag(descriptor, 'v1', {});
      await oras('pull', '--plain-http', '-o', 'pulled', `${server.host}/acme/model:v1`);
      expect(await readFile(join(directory, 'pulled', 'model.bin'))).toEqual(bytes);
      const stdout = await mustRun(findProgram('skopeo') ?? '', ['inspect', '--raw', '--tls-verify=false', `docker://${server.host}/acme/model:v1`], {
        env: process.env,
      });
      expect(stdout).toBe(manifest.toString());
    });

    it('attach to what we push, and we to theirs, and all see both', async () => {
      const { descriptor: subject } = await pushArtifact({ annotations: { of: 'attached' } });
      await writeFile(join(directory, 'theirs.txt'), 'theirs');
      const target = `${server.host}/acme/model@${subject.digest}`;
      await oras('attach', '--plain-http', '--artifact-type', 'application/vnd.example.theirs', target, 'theirs.txt:text/plain');
      const { descriptor: ours } = await pushArtifact({ subject });
      await oras('attach', '--plain-http', '--artifact-type', 'application/vnd.example.more', target, 'theirs.txt:text/plain');
      const kinds = ['application/vnd.example.more', SIGNATURE, 'application/vnd.example.theirs'];
      const found = await Array.fromAsync(repository.referrers(subject, {}));
      expect(found.map(({ artifactType }) => artifactType).sort()).toEqual(kinds);
      const stdout = await oras('discover', '--plain-http', '--format', 'json', target);
      const { referrers } = JSON.parse(stdout) as { referrers: { artifactType: string; digest: string }[] };
      expect(referrers.map(({ artifactType }) => artifactType).sort()).toEqual(kinds);
      expect(referrers.find(({ artifactType }) => artifactType === SIGNATURE)?.digest).toBe(ours.digest);
    });

    it('push what we read', async () => {
      await writeFile(join(directory, 'theirs.bin'), bytes);
      await oras('push', '--plain-http', '--artifact-type', SIGNATURE, `${server.host}/acme/model:theirs`, 'theirs.bin:application/octet-stream');
      const { manifest } = await repository.manifest('theirs', {});
      const [theirs] = manifest.kind === 'manifest' ? manifest.layers : [];
      expect(theirs?.digest).toBe(layer.digest);
      expect(Buffer.concat(await Array.fromAsync(repository.fetch(theirs ?? layer, {})))).toEqual(bytes);
    });
  });
}
