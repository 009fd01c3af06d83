import type { Http, HttpRequest, HttpResponse } from '@ilab/core';
import { expect, it } from 'vitest';
import { contentOf, createRemoteRegistries, type Descriptor } from '../src/index.ts';
import { digestOf } from './fake-registry.ts';

const BYTES = Buffer.from('content');
const BLOB: Descriptor = { mediaType: 'application/octet-stream', digest: digestOf(BYTES), size: BYTES.length, annotations: {} };
const CHALLENGE = 'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:ada/model:pull,push"';

/** Docker Hub: called docker.io, it answers at registry-1.docker.io and gives out tokens at auth.docker.io. */
function dockerHub(asked: HttpRequest[]): Http {
  return {
    async request(request) {
      asked.push(request);
      const { host } = new URL(request.url);
      if (host === 'auth.docker.io') return answer(request, 200, {}, '{"token":"granted","expires_in":300}');
      if (request.headers?.['authorization'] !== 'Bearer granted') return answer(request, 401, { 'www-authenticate': CHALLENGE });
      if (request.method === 'HEAD') return answer(request, 404);
      if (request.method === 'POST') return answer(request, 202, { location: 'https://registry-1.docker.io/v2/ada/model/blobs/uploads/1?_state=x' });
      return answer(request, 201);
    },
    stream: () => Promise.reject(new Error('nothing is read')),
  };
}

function answer({ url }: HttpRequest, status: number, headers: Record<string, string> = {}, body = ''): HttpResponse {
  return { url, status, headers, body: Buffer.from(body), text: () => body, json: () => JSON.parse(body) };
}

it('logs in at Docker Hub’s own host for tokens, and pushes to that for content', async () => {
  const asked: HttpRequest[] = [];
  const lookedUp: string[] = [];
  const credentials = {
    async find(host: string) {
      lookedUp.push(host);
      return { kind: 'basic', username: 'ada', password: 'secret' } as const;
    },
  };
  const remote = createRemoteRegistries({ http: dockerHub(asked), credentials });
  const repository = await remote.repository({ host: 'docker.io', repository: 'ada/model' }, {});
  await repository.push(BLOB, contentOf(BYTES), {});

  expect(new Set(lookedUp)).toEqual(new Set(['docker.io']));
  const basic = `Basic ${Buffer.from('ada:secret').toString('base64')}`;
  for (const { url, headers = {} } of asked) {
    const { host } = new URL(url);
    expect(['auth.docker.io', 'registry-1.docker.io']).toContain(host);
    expect(headers['authorization'] ?? 'none').toMatch(host === 'auth.docker.io' ? basic : /^(?:Bearer granted|none)$/);
  }
  const services = asked.filter(({ url }) => url.startsWith('https://auth.docker.io/')).map(({ url }) => new URL(url).searchParams);
  expect(services.map((query) => [query.get('service'), query.get('scope')])).toEqual([['registry.docker.io', 'repository:ada/model:pull,push']]);
});
