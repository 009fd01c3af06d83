import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contentOf, createRemoteRegistries, type Descriptor, type RemoteRegistries } from '@ilab/oras';
import { createHttp } from '@ilab/transfer';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  lacking,
  makeCertificate,
  type RealServer,
  startDistribution,
  startDockerRegistry,
  startNginx,
  startTokenServer,
  type TokenServer,
} from '../src/index.ts';

/** bcrypt of “secret”, cost 5. */
const ADA = 'ada:$2b$05$bYPxRAYN2jK0lqW0teR1guwjPvd9A5Aw0tg5gTOHQeOifeZrjrJEe\n';

let directory: string;
const ends: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ilab-oras-'));
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  await rm(directory, { recursive: true, force: true });
});

function ended<T extends RealServer | TokenServer>(server: T): T {
  ends.push(() => server.stop());
  return server;
}

function remoteFor(
  user?: string,
  { password = 'secret', registries = {} }: { password?: string; registries?: Parameters<typeof createRemoteRegistries>[0]['registries'] } = {},
): RemoteRegistries {
  const http = createHttp({ userAgent: 'test', env: {}, ...(registries && { registries }) });
  ends.push(() => http.close());
  return createRemoteRegistries({
    http,
    registries: registries ?? {},
    credentials: { find: async () => (user === undefined ? undefined : { kind: 'basic', username: user, password }) },
  });
}

function blob(): { readonly descriptor: Descriptor; readonly bytes: Buffer } {
  const bytes = randomBytes(1000);
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}` as const;
  return { descriptor: { mediaType: 'application/octet-stream', digest, size: bytes.length, annotations: {} }, bytes };
}

async function push(remote: RemoteRegistries, host: string, repository = 'acme/model') {
  const { descriptor, bytes } = blob();
  const at = await remote.repository({ host, repository }, {});
  await at.push(descriptor, contentOf(bytes), {});
  expect(Buffer.concat(await Array.fromAsync(at.fetch(descriptor, {})))).toEqual(bytes);
  return { at, descriptor };
}

const SERVERS = [
  { name: 'docker-registry', start: startDockerRegistry },
  { name: 'registry', start: startDistribution },
] as const;

for (const { name, start } of SERVERS) {
  const reason = lacking(name, 'openssl', 'nginx');
  describe.skipIf(reason !== undefined)(`${name}${reason === undefined ? '' : ` (${reason})`}`, () => {
    it('takes a password', async () => {
      const { host } = ended(await start({ directory, htpasswd: ADA }));
      await push(remoteFor('ada'), host);
      await expect(push(remoteFor(), host)).rejects.toMatchObject({ code: 'E_UNAUTHORIZED', message: expect.stringContaining('none are stored') });
      await expect(push(remoteFor('ada', { password: 'wrong' }), host)).rejects.toMatchObject({
        code: 'E_UNAUTHORIZED',
        message: expect.stringContaining('refused'),
      });
    });

    it('sends to a storage that takes no credentials', async () => {
      const folder = join(directory, 'data');
      await mkdir(folder);
      const storage = ended(await startNginx({ directory, folder }));
      const { host } = ended(await start({ directory, htpasswd: ADA, redirectTo: `http://${storage.host}/` }));
      await push(remoteFor('ada'), host);
    });

    it('has a certificate of its own authority', async () => {
      const tls = await makeCertificate(directory);
      const { host } = ended(await start({ directory, tls }));
      await push(remoteFor(undefined, { registries: { [host]: { ca: tls.cert } } }), host);
      await expect(push(remoteFor(), host)).rejects.toMatchObject({ code: 'E_NETWORK' });
    });

    it('has a token service, which is asked once for each kind of access', async () => {
      const certificate = await makeCertificate(directory);
      const users = { ada: 'secret', eve: 'secret' };
      const service = ended(
        await startTokenServer({
          certificate,
          users,
          grants: (user, resource) => (resource === 'registry' ? ['*'] : user === 'ada' ? ['pull', 'push', 'delete'] : ['pull']),
        }),
      );
      const { host } = ended(await start({ directory, tokens: service.tokens }));
      const remote = remoteFor('ada');
      const { at, descriptor } = await push(remote, host);
      expect(service.asked).toEqual([['repository:acme/model:pull,push']]);
      await push(remote, host);
      expect(service.asked).toHaveLength(1);

      const other = await remote.repository({ host, repository: 'acme/other' }, {});
      expect(await other.mount(descriptor, { host, repository: 'acme/model' }, {})).toBe(true);
      expect(service.asked.at(-1)).toEqual(['repository:acme/other:pull,push', 'repository:acme/model:pull']);
      expect(await other.exists(descriptor, {})).toBe(true);
      expect(service.asked).toHaveLength(2);

      await Array.fromAsync(remote.catalog(host, {}));
      expect(service.asked.at(-1)).toEqual(['registry:catalog:*']);
      expect(await at.delete(descriptor, {})).toBe(true);
      expect(service.asked.at(-1)).toEqual(['repository:acme/model:delete']);

      await expect(push(remoteFor('eve'), host)).rejects.toMatchObject({ code: 'E_FORBIDDEN', message: expect.stringContaining('push to “acme/model”') });
      await expect(push(remoteFor(), host)).rejects.toMatchObject({ code: 'E_UNAUTHORIZED' });
      await expect(push(remoteFor('ada', { password: 'wrong' }), host)).rejects.toMatchObject({ code: 'E_UNAUTHORIZED' });
    });
  });
}
