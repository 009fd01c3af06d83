import type { Http, HttpRequest, HttpResponse, PluginContext } from '@ilab/plugin-api';

/** An answer in short; `json` sets body and content type. */
export interface FakeAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly body?: string;
}

export interface FakeHttp extends Http {
  /** Every request, in the order in which they came. */
  readonly requests: HttpRequest[];
}

/** Answers exactly the requests it knows, by `METHOD url`, and throws a plain error for any other. */
export function fakeHttp(answers: Readonly<Record<string, FakeAnswer>>): FakeHttp {
  const requests: HttpRequest[] = [];
  return {
    requests,
    async request(request, { signal }) {
      signal?.throwIfAborted();
      requests.push(request);
      const key = `${request.method ?? 'GET'} ${request.url}`;
      const answer = answers[key];
      if (!answer) throw new Error(`unexpected request: ${key}`);
      return toResponse(answer, request.url);
    },
    stream() {
      throw new Error('a Hub is asked for nothing that is large');
    },
  };
}

function toResponse({ status = 200, headers = {}, json, body }: FakeAnswer, url: string): HttpResponse {
  const text = body ?? (json === undefined ? '' : JSON.stringify(json));
  return {
    status,
    headers: json === undefined ? headers : { 'content-type': 'application/json; charset=utf-8', ...headers },
    url,
    body: new TextEncoder().encode(text),
    text: () => text,
    json: () => JSON.parse(text),
  };
}

/** A context with nothing in it but what a test gives. */
export function fakeContext(given: Partial<PluginContext> = {}): PluginContext {
  return {
    http: fakeHttp({}),
    logger: { warn() {}, info() {}, debug() {} },
    env: {},
    home: '/nowhere',
    registries: {},
    ...given,
  };
}
