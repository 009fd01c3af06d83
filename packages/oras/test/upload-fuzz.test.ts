import { type Http, type HttpRequest, IlabError, isIlabError } from '@ilab/core';
import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { contentOf, createRemoteRegistries, type Descriptor } from '../src/index.ts';
import { digestOf } from './fake-registry.ts';

vi.mock('../src/remote/pause.ts', () => ({ pause: async () => undefined }));
vi.mock('../src/remote/upload/upload-rules.ts', async (original) => ({ ...(await original<object>()), habitsOf: () => ({ chunks: true, chunkSize: 4 }) }));

const BYTES = Buffer.from('0123456789');
const BLOB: Descriptor = { mediaType: 'application/octet-stream', digest: digestOf(BYTES), size: BYTES.length, annotations: {} };
const HOST = 'registry.example';
/** An honest registry needs seven; one that plays games gets few more. */
const MOST_REQUESTS = 60;

const said = fc.record(
  {
    status: fc.constantFrom(200, 201, 202, 204, 206, 301, 307, 400, 401, 403, 404, 405, 408, 413, 416, 429, 500, 503),
    breaks: fc.nat(5).map((number) => number === 0),
    location: fc.constantFrom(
      '/v2/a/b/blobs/uploads/1',
      '/v2/a/b/blobs/uploads/1?_state=x&y',
      `https://${HOST}/u`,
      'https://evil.example/u',
      `http://${HOST}/u`,
      `https://ada@${HOST}/u`,
      '//evil.example/u',
      'https://',
      '',
      '\\\\evil.example/u',
    ),
    range: fc.constantFrom('0-0', '0-3', '0-7', '0-9', '0-99', '4-7', 'bytes=0-3', '0--1', `0-${'9'.repeat(30)}`, 'x', ''),
    digest: fc.constantFrom(BLOB.digest, digestOf(Buffer.from('other')), 'sha512:0', ''),
    least: fc.constantFrom('1', '8', '1e99', '-1', String(2 ** 52), 'x'),
    challenge: fc.constantFrom('Basic realm="x"', 'Bearer realm="https://evil.example/token",error="insufficient_scope",scope="a:b:c"', 'Negotiate', ''),
    body: fc.constantFrom('', '{}', '{"errors":[{"code":"DIGEST_INVALID"}]}', '{"errors":[null]}', '<html>', 'null'),
  },
  { requiredKeys: ['status'] },
);
type Said = typeof said extends fc.Arbitrary<infer T> ? T : never;

/** Else little would come of most tries. */
const MISSING = { status: 404, breaks: false };
const OPENED = { status: 202, breaks: false, location: '/v2/a/b/blobs/uploads/1?_state=x' };

/** Says one thing after the other, then begins anew. */
function registryThatSays(answers: readonly Said[], asked: HttpRequest[]): Http {
  return {
    async request(request) {
      asked.push(request);
      if (asked.length > MOST_REQUESTS) throw new Error('there is no end');
      const drawn = answers[asked.length % answers.length] ?? { status: 404 };
      const next = {
        ...drawn,
        ...(request.method === 'HEAD' && drawn.status > 201 && MISSING),
        ...(request.method === 'POST' && drawn.status < 400 && OPENED),
      };
      const { body } = request;
      if (typeof body === 'object' && 'open' in body) {
        for await (const _piece of body.open()) if (next.breaks) break;
      }
      if (next.breaks) throw new IlabError('E_NETWORK', 'The connection broke.', { retryable: true });
      const { status, location, range, digest, least, challenge, body: text = '' } = next;
      const headers = Object.entries({ location, range, 'docker-content-digest': digest, 'oci-chunk-min-length': least, 'www-authenticate': challenge });
      const present = headers.filter((entry): entry is [string, string] => entry[1] !== undefined);
      return { status, headers: Object.fromEntries(present), url: request.url, body: Buffer.from(text), text: () => text, json: () => readJson(text) };
    },
    stream: () => Promise.reject(new Error('nothing is read')),
  };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new IlabError('E_REGISTRY', 'This is no JSON.');
  }
}

it('an upload ends, with an error that has a name or with what is stored, whatever a registry says', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(said, { minLength: 1, maxLength: 12 }), fc.constantFrom('basic', 'token', 'identity'), async (answers, kind) => {
      const asked: HttpRequest[] = [];
      const credential = kind === 'basic' ? ({ kind, username: 'ada', password: 'secret' } as const) : ({ kind, token: 'secret' } as const);
      const remote = createRemoteRegistries({ http: registryThatSays(answers, asked), credentials: { find: async () => credential } });
      const repository = await remote.repository({ host: HOST, repository: 'a/b' }, {});
      const outcome = await repository.push(BLOB, contentOf(BYTES), {}).catch((error: unknown) => error);
      expect(typeof outcome === 'number' || isIlabError(outcome), String(outcome)).toBe(true);
      for (const { url } of asked) expect([`https://${HOST}`, 'https://evil.example']).toContain(new URL(url).origin);
      // Only as the token service that this host names.
      const elsewhere = asked.filter(({ url }) => new URL(url).origin !== `https://${HOST}`);
      expect(elsewhere.every(({ url }) => new URL(url).pathname === '/token')).toBe(true);
    }),
    { numRuns: 2000 },
  );
});
