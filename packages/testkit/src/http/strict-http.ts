import type { Http, HttpRequest } from '@ilab/core';
import { responseOf } from './spoiled-http.ts';

/** An answer in short; `json` sets body and content type. */
export interface CannedAnswer {
  /** Default 200. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly body?: string;
}

export interface StrictHttp extends Http {
  /** Every request, in the order in which they came. */
  readonly requests: readonly HttpRequest[];
}

/** Answers exactly the requests that it knows, by `METHOD url`, and throws a plain error for any other: nothing is asked by accident. */
export function strictHttp(answers: Readonly<Record<string, CannedAnswer>> = {}): StrictHttp {
  const requests: HttpRequest[] = [];
  return {
    requests,
    async request(request, { signal }) {
      signal?.throwIfAborted();
      requests.push(request);
      const key = `${request.method ?? 'GET'} ${request.url}`;
      const answer = answers[key];
      if (!answer) throw new Error(`unexpected request: ${key}`);
      const { status = 200, headers = {}, json, body } = answer;
      const type = json === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' };
      return responseOf({ status, headers: { ...type, ...headers }, text: body ?? (json === undefined ? '' : JSON.stringify(json)) }, request.url);
    },
    stream() {
      throw new Error('nothing that is large is to be asked for');
    },
  };
}
