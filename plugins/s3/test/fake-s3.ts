import type { Http, HttpRequest, HttpResponse } from '@ilab/plugin-api';

export interface FakeAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Answers as it is told, and keeps what it was asked. */
export function fakeS3(answer: (request: HttpRequest & { readonly at: URL }) => FakeAnswer): Http & { readonly requests: HttpRequest[] } {
  const requests: HttpRequest[] = [];
  return {
    requests,
    async request(request) {
      requests.push(request);
      const { status = 200, headers = {}, body = '' } = answer({ ...request, at: new URL(request.url) });
      return responseOf({ status, headers, body, url: request.url });
    },
    stream() {
      throw new Error('nothing large is asked for');
    },
  };
}

function responseOf({ status, headers, body, url }: Required<FakeAnswer> & { readonly url: string }): HttpResponse {
  return { status, headers, url, body: new TextEncoder().encode(body), text: () => body, json: () => JSON.parse(body) };
}

/** A page of a list. */
export function page(keys: readonly (readonly [key: string, size: number | string])[], more = ''): string {
  const entries = keys.map(([key, size]) => `<Contents><Key>${key}</Key><Size>${size}</Size></Contents>`).join('');
  return `<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${entries}${more}</ListBucketResult>`;
}

export function refusal(code: string, more = ''): string {
  return `<Error><Code>${code}</Code><Message>no</Message>${more}</Error>`;
}

/** A bucket at Amazon's with one version of one file, in whatever state the headers say. */
export function oneFile(headers: Readonly<Record<string, string>>, size = 7): ReturnType<typeof fakeS3> {
  return fakeS3(({ method, at }) => {
    if (method === 'GET') return { body: at.searchParams.get('prefix') === 'm/v1/' ? page([['m/v1/model.gguf', size]]) : page([]) };
    return at.searchParams.has('partNumber')
      ? { status: 206, headers: { etag: headers['etag'] ?? '', 'content-length': headers['x-part'] ?? '0' } }
      : { headers: { 'content-length': String(size), ...headers } };
  });
}

/** What each file of a {@link fakeBucket} is, and the MD5 of it. */
const BYTE = 'a';
const ETAG = '"0cc175b9c0f1b6a831c399e269772661"';

/** A bucket with these keys, a byte each. */
export function fakeBucket(keys: readonly string[]): ReturnType<typeof fakeS3> {
  return fakeS3(({ method = 'GET', at }) => {
    if (method !== 'GET') return { headers: { 'content-length': '1', etag: ETAG } };
    const [, , ...key] = decodeURIComponent(at.pathname).split('/');
    if (keys.includes(key.join('/'))) return { body: BYTE, headers: { etag: ETAG } };
    const prefix = at.searchParams.get('prefix') ?? '';
    const below = keys.filter((key) => key.startsWith(prefix));
    if (!at.searchParams.has('delimiter')) return { body: page(below.map((key) => [key, 1])) };
    const folders = new Set(below.flatMap((key) => (key.slice(prefix.length).includes('/') ? [key.slice(prefix.length).split('/')[0]] : [])));
    const direct = below.filter((key) => !key.slice(prefix.length).includes('/'));
    const prefixes = [...folders].map((name) => `<CommonPrefixes><Prefix>${prefix}${name}/</Prefix></CommonPrefixes>`).join('');
    return {
      body: page(
        direct.map((key) => [key, 1] as const),
        prefixes,
      ),
    };
  });
}
